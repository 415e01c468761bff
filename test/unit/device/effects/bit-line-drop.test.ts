import { expect } from "chai";
import fc from "fast-check";
import { bitLineDrop } from "../../../../src/device/effects/bit-line-drop.js";
import { solveLadder } from "../../../support/solve-ladder.js";

const lineOf = (cells: number[], drive: number[], resistance: number) =>
  bitLineDrop.bitLine(Float64Array.from(cells), Int8Array.from(drive), { bitLineSegmentResistance: resistance });

const ladder = fc.integer({ min: 1, max: 40 }).chain((rows) =>
  fc.record({
    cells: fc.array(fc.double({ min: 0, max: 7, noNaN: true }), { minLength: rows, maxLength: rows }),
    drive: fc.array(fc.constantFrom(-1, 0, 1), { minLength: rows, maxLength: rows }),
    resistance: fc.double({ min: 1e-6, max: 0.2, noNaN: true }),
  }),
);

describe("bit-line-drop", () => {
  it("is the current that Kirchhoff's equations give, node by node", () => {
    fc.assert(
      fc.property(ladder, ({ cells, drive, resistance }) => {
        expect(lineOf(cells, drive, resistance)).to.be.closeTo(solveLadder(cells, drive, resistance), 1e-8);
      }),
      { numRuns: 300 },
    );
  });

  it("by hand: one cell, and two", () => {
    expect(lineOf([5], [1], 0.1)).to.be.closeTo(5 / 1.5, 1e-12);
    // The far cell, 2 behind 0.1, is 2 / 1.2; with the near cell 5 that is 20/3, behind another 0.1: (20/3) / (5/3).
    expect(lineOf([5, 2], [1, 1], 0.1)).to.be.closeTo(4, 1e-12);
    expect(lineOf([5, 2], [1, 0], 0.1), "a cell that is off loads nothing").to.be.closeTo(5 / 1.5, 1e-12);
  });

  it("comes to the plain sum as the wire's resistance goes to zero, and takes more from far cells", () => {
    expect(lineOf([1, 2, 3], [1, -1, 1], 1e-12)).to.be.closeTo(2, 1e-9);
    expect(lineOf([7, 0, 0, 0], [1, 1, 1, 1], 0.01)).to.be.greaterThan(lineOf([0, 0, 0, 7], [1, 1, 1, 1], 0.01));
  });

  it("is not linear in the cells: together they give less than each alone", () => {
    const both = lineOf([7, 7], [1, 1], 0.01);
    expect(both).to.be.lessThan(lineOf([7, 0], [1, 1], 0.01) + lineOf([0, 7], [1, 1], 0.01) - 0.1);
  });
});
