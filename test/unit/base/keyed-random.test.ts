import { expect } from "chai";
import fc from "fast-check";
import { keyedNormal, keyedUniform, mix32, randomKey } from "../../../src/base/keyed-random.js";

describe("mix32", () => {
  it("is lowbias32, here in arbitrary precision", () => {
    const lowbias32 = (value: bigint): bigint => {
      const low = (x: bigint) => BigInt.asUintN(32, x);
      let x = low(value ^ (value >> 16n));
      x = low(x * 0x7feb352dn);
      x = low((x ^ (x >> 15n)) * 0x846ca68bn);
      return x ^ (x >> 16n);
    };
    fc.assert(
      fc.property(fc.nat(0xffffffff), (value) => {
        expect(BigInt(mix32(value))).to.equal(lowbias32(BigInt(value)));
      }),
      { numRuns: 2000 },
    );
  });

  it("moves about half of the output bits for every bit of the input", () => {
    for (let bit = 0; bit < 32; bit++) {
      let moved = 0;
      for (let sample = 0; sample < 2000; sample++) {
        const value = Math.imul(sample, 0x9e3779b1);
        moved += bitCount(mix32(value) ^ mix32(value ^ (1 << bit)));
      }
      expect(moved / 2000, `bit ${bit}`).to.be.within(15, 17);
    }
  });
});

describe("randomKey", () => {
  it("tells sequences apart that look alike", () => {
    const keys = [["ab", "c"], ["a", "bc"], ["abc"], [], [""], [0], [0, 0], [2 ** 32], [1, 2], [2, 1], ["1"], [1]].map(
      (parts) => randomKey(...parts).join(),
    );
    expect(new Set(keys).size).to.equal(keys.length);
  });

  it("has no two equal keys among 200,000 neighbours", () => {
    const seen = new Set<string>();
    for (let row = 0; row < 400; row++) {
      for (let column = 0; column < 500; column++) seen.add(randomKey(7, "chip", row, column).join());
    }
    expect(seen.size).to.equal(200_000);
  });
});

describe("keyedUniform and keyedNormal", () => {
  const samples = 100_000;

  it("give the same value for the same key, whatever came before", () => {
    const first = keyedNormal(1, "a", 2);
    keyedNormal(9);
    expect(keyedNormal(1, "a", 2)).to.equal(first);
    expect(keyedUniform(1, "a", 2)).to.equal(keyedUniform(1, "a", 2));
  });

  it("are uniform: chi-square over 100 bins", () => {
    const bins = new Array<number>(100).fill(0);
    for (let index = 0; index < samples; index++) {
      const value = keyedUniform("uniform", index);
      expect(value >= 0 && value < 1).to.equal(true);
      bins[Math.floor(value * 100)]++;
    }
    const expected = samples / 100;
    const chiSquare = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 99 degrees of freedom: 0.1 % of uniform samples lie above 148.2.
    expect(chiSquare).to.be.lessThan(148.2);
  });

  it("are normal: moments, tails, and no correlation of neighbours", () => {
    const values = Array.from({ length: samples }, (_, index) => keyedNormal("normal", index));
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / samples;
    // Four standard errors of each moment of a standard normal.
    expect(moment(1)).to.be.closeTo(0, 4 / Math.sqrt(samples));
    expect(moment(2)).to.be.closeTo(1, 4 * Math.sqrt(2 / samples));
    expect(moment(3)).to.be.closeTo(0, 4 * Math.sqrt(15 / samples));
    expect(moment(4)).to.be.closeTo(3, 4 * Math.sqrt(96 / samples));
    const outside = values.filter((value) => Math.abs(value) > 1.959964).length / samples;
    expect(outside).to.be.closeTo(0.05, 4 * Math.sqrt((0.05 * 0.95) / samples));
    const neighbours = values.slice(1).reduce((sum, value, index) => sum + value * values[index], 0) / samples;
    expect(neighbours).to.be.closeTo(0, 4 / Math.sqrt(samples));
  });
});

function bitCount(value: number): number {
  let count = 0;
  for (let rest = value >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count++;
  return count;
}
