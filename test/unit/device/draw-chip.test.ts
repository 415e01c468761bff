import { expect } from "chai";
import { drawChip } from "../../../src/device/draw-chip.js";
import { idealCharacter } from "../../../src/device/virtual-chip.js";

describe("drawChip", () => {
  const calibrated = { ...idealCharacter(), chipId: "c", chipSeed: 4, adcGainSigma: 0.1 };

  it("is the calibrated chip itself under number 0", () => {
    expect(drawChip(calibrated, 0)).to.equal(calibrated);
    expect(drawChip(calibrated)).to.equal(calibrated);
  });

  it("keeps the distributions and draws other defects", () => {
    expect(drawChip(calibrated, 3)).to.deep.equal({ ...calibrated, chipId: "c#3", chipSeed: 7 });
  });
});
