import { expect } from "chai";
import fc from "fast-check";
import { DenseCounts } from "../../../src/run/dense-counts.js";

describe("DenseCounts", () => {
  it("counts pairs as a map of them does, over blocks of any length", () => {
    const code = fc.integer({ min: -3, max: 4 });
    fc.assert(
      fc.property(fc.array(fc.array(fc.tuple(code, code), { maxLength: 9 }), { maxLength: 5 }), (blocks) => {
        const expected = new Map<string, number>();
        const counts = new DenseCounts(-3, 4);
        for (const block of blocks) {
          for (const pair of block) expected.set(String(pair), (expected.get(String(pair)) ?? 0) + 1);
          counts.add(
            Int32Array.from(block, ([, subject]) => subject),
            Int32Array.from(block, ([reference]) => reference),
          );
        }
        const found = new Map<string, number>();
        counts.forEach((reference, subject, count) => found.set(`${reference},${subject}`, count));
        expect(found).to.deep.equal(expected);
      }),
    );
  });

  it("takes pairs of its own rails alone, and no more than a cell can count", () => {
    const counts = new DenseCounts(0, 1);
    expect(counts.takes(1, 0, 1)).to.equal(true);
    expect(counts.takes(1, -1, 1)).to.equal(false);
    expect(counts.takes(2 ** 32 - 1, 0, 1)).to.equal(true);
    counts.add(new Int32Array(1), new Int32Array(1));
    expect(counts.takes(2 ** 32 - 1, 0, 1)).to.equal(false);
  });
});
