import { expect } from "chai";
import fc from "fast-check";
import { below, randomStream, normalPair, shuffledOrder } from "../../../src/base/random-stream.js";

describe("randomStream", () => {
  it("gives the same stream for the same key and another for any other", () => {
    const first = (...key: (string | number)[]) => {
      const next = randomStream(...key);
      return [next(), next(), next()];
    };
    expect(first(1, "order", 0)).to.deep.equal(first(1, "order", 0));
    expect(first(1, "order", 0)).to.not.deep.equal(first(1, "order", 1));
    expect(first(1, "order", 0)).to.not.deep.equal(first(1, "flip", 0));
    // Parts are kept apart: ("1", 1) is not ("11").
    expect(first("1", 1)).to.not.deep.equal(first("11"));
  });

  it("is uniform: 16 bins of 64,000 draws pass a chi-square test at 0.1 %", () => {
    const next = randomStream(5, "bins");
    const bins = new Array<number>(16).fill(0);
    for (let draw = 0; draw < 64_000; draw++) bins[next() >>> 28]++;
    const chiSquare = bins.reduce((sum, count) => sum + (count - 4000) ** 2 / 4000, 0);
    // The 99.9 % point of chi-square with 15 degrees of freedom.
    expect(chiSquare).to.be.lessThan(37.7);
  });

  it("draws below a limit, each value of a small one", () => {
    const next = randomStream(6);
    const seen = new Set(Array.from({ length: 200 }, () => below(5, next)));
    expect([...seen].sort()).to.deep.equal([0, 1, 2, 3, 4]);
  });

  it("redraws the numbers that would make a remainder more likely than another", () => {
    const drawn = [2 ** 32 - 1, 7];
    expect(below(10, () => drawn.shift()!)).to.equal(7);
  });

  it("gives normal numbers of mean 0 and variance 1", () => {
    const next = randomStream(7, "normal");
    const draws = Array.from({ length: 20_000 }, () => normalPair(next)).flat();
    const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws.length;
    // Four standard errors of 40,000 draws.
    expect(Math.abs(mean)).to.be.lessThan(0.02);
    expect(Math.abs(variance - 1)).to.be.lessThan(0.0283);
  });

  it("shuffles every number into the order once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), fc.integer(), (count, seed) => {
        const order = shuffledOrder(count, randomStream(seed));
        expect([...order].sort((a, b) => a - b)).to.deep.equal(Array.from({ length: count }, (_, index) => index));
      }),
    );
  });
});
