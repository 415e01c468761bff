import { expect } from "chai";
import { effects } from "../../../src/device/effects/all-effects.js";
import { idealCharacter } from "../../../src/device/virtual-chip.js";

describe("idealCharacter", () => {
  it("has no effect of any kind", () => {
    expect(effects.filter((effect) => effect.isPresent(idealCharacter()))).to.deep.equal([]);
  });
});
