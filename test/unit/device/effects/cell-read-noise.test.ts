import { expect } from "chai";
import { cellReadNoise } from "../../../../src/device/effects/cell-read-noise.js";

const chip = { cellReadNoiseSigmaLevels: [0.1, 0.3, 0.2] };

describe("cell-read-noise", () => {
  it("interpolates a cell's sigma between levels, and holds it beyond the last", () => {
    const sigma = (level: number) => Math.sqrt(cellReadNoise.variance([level], chip));
    const wanted = [
      [0, 0.1],
      [0.5, 0.2],
      [1, 0.3],
      [1.5, 0.25],
      [2, 0.2],
      [2.7, 0.2],
      [9, 0.2],
    ];
    for (const [level, expected] of wanted) expect(sigma(level), `at ${level}`).to.be.closeTo(expected, 1e-12);
  });

  it("adds the variances of active cells", () => {
    expect(cellReadNoise.variance([0, 1, 2], chip)).to.be.closeTo(0.01 + 0.09 + 0.04, 1e-12);
    expect(cellReadNoise.variance([], chip)).to.equal(0);
  });
});
