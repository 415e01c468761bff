import { expect } from "chai";
import fc from "fast-check";
import { topFrequency } from "../../../../src/search/significance/top-frequency.js";
import { expectNasError } from "../../../support/expect-nas-error.js";

const candidates = [
  { choice: [0, 1], value: 3 },
  { choice: [1, 1], value: 1 },
  { choice: [1, 0], value: 2 },
  { choice: [2, 2], value: 2 },
];

describe("hardware significance", () => {
  it("counts the operators of the best candidates", () => {
    expect(topFrequency(candidates, 2, [3, 3])).to.deep.equal([
      [0, 1, 0],
      [0.5, 0.5, 0],
    ]);
  });

  it("takes the earlier of equal candidates", () => {
    const [first] = topFrequency([...candidates].reverse(), 2, [3, 3]);
    expect(first).to.deep.equal([0, 0.5, 0.5]);
  });

  it("gives shares that sum to 1 and do not depend on the scale of the figure", () => {
    const list = fc.array(
      fc.record({ choice: fc.tuple(fc.nat(2), fc.nat(3)), value: fc.integer({ min: 1, max: 1000 }) }),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(list, fc.nat(), (all, number) => {
        const top = 1 + (number % all.length);
        const found = topFrequency(all, top, [3, 4]);
        for (const row of found) expect(row.reduce((sum, share) => sum + share, 0)).to.be.closeTo(1, 1e-12);
        const scaled = all.map(({ choice, value }) => ({ choice, value: value / 1024 }));
        expect(topFrequency(scaled, top, [3, 4])).to.deep.equal(found);
      }),
    );
  });

  it("refuses a K above the number of candidates", () => {
    for (const top of [0, 5, 1.5]) {
      const error = expectNasError("NAS_SEARCH_SETTINGS", () => topFrequency(candidates, top, [3, 3]));
      expect(error.message).to.include(String(top)).and.include("4 candidates");
    }
  });
});
