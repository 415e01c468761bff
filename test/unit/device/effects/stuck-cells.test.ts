import { expect } from "chai";
import { freshlyProgrammed } from "../../../../src/device/effects/effect.js";
import { stuckCells } from "../../../../src/device/effects/stuck-cells.js";

describe("stuck-cells", () => {
  it("holds the lowest and the highest level in their shares of the draw, whatever was written", () => {
    const held = (fate: number) =>
      stuckCells.apply(
        3.2,
        { target: 3, highestLevel: 7, draw: () => fate },
        { stuckLowShare: 0.125, stuckHighShare: 0.25 },
        freshlyProgrammed,
      );
    expect([0, 0.1249, 0.125, 0.3749, 0.375, 0.9999].map(held)).to.deep.equal([0, 0, 7, 7, 3.2, 3.2]);
  });

  it("belongs to the place on the chip, whatever tile is written there and when", () => {
    const writing = { chipSeed: 1, seed: 2, array: 3, tile: 4 };
    const draw = (change: Partial<typeof writing> = {}) => stuckCells.draw({ ...writing, ...change }, 5, 6);
    expect(draw({ seed: 9, tile: 9 })).to.equal(draw());
    for (const change of [{ chipSeed: 9 }, { array: 9 }]) expect(draw(change)).to.not.equal(draw());
  });
});
