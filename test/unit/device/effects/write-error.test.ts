import { expect } from "chai";
import { freshlyProgrammed } from "../../../../src/device/effects/effect.js";
import { writeError } from "../../../../src/device/effects/write-error.js";

const chip = { programmingSigmaLevels: [0.1, 0, 0.5] };
const written = (target: number, z: number) =>
  writeError.apply(target, { target, highestLevel: 2, draw: () => z }, chip, freshlyProgrammed);

describe("write-error", () => {
  it("moves a cell by its level's sigma, and not below zero", () => {
    expect(written(2, 1.5)).to.equal(2.75);
    expect(written(0, 2)).to.equal(0.2);
    expect(written(0, -2)).to.equal(0);
    expect(written(2, -5)).to.equal(0);
    expect(written(1, 3), "a level without error").to.equal(1);
  });

  it("is drawn anew for each writing, and belongs to the tile, not to its array", () => {
    const writing = { chipSeed: 1, seed: 2, array: 3, tile: 4 };
    const draw = (change: Partial<typeof writing> = {}) => writeError.draw({ ...writing, ...change }, 5, 6);
    expect(draw({ array: 9 })).to.equal(draw());
    for (const change of [{ chipSeed: 9 }, { seed: 9 }, { tile: 9 }]) expect(draw(change)).to.not.equal(draw());
  });
});
