import { expect } from "chai";
import type { MacroSpec } from "../../../src/macro/macro.js";
import { commonSpec } from "../../../src/mapping/common-spec.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { sampleSpec } from "../../support/macro-spec.js";

describe("commonSpec", () => {
  it("is the spec itself for two equal macros", () => {
    expect(commonSpec(sampleSpec, structuredClone(sampleSpec))).to.deep.equal(sampleSpec);
  });

  it("has the smaller of every capacity, whichever macro it is", () => {
    const board: MacroSpec = {
      ...sampleSpec,
      arrayRows: 64,
      arrayColumns: 256,
      arrays: 4,
      inputBits: 4,
      maxVectors: 32,
      shiftAdd: false,
      adcStepLevels: [2, 4, 256],
    };
    const expected: MacroSpec = {
      ...sampleSpec,
      arrayRows: 64,
      arrayColumns: 128,
      arrays: 4,
      inputBits: 4,
      maxVectors: 32,
      shiftAdd: false,
      adcStepLevels: [2, 4],
    };
    expect(commonSpec(board, sampleSpec)).to.deep.equal(expected);
    expect(commonSpec(sampleSpec, board)).to.deep.equal(expected);
  });

  const differences: [key: string, change: Partial<MacroSpec>, message: RegExp][] = [
    ["differential", { differential: "row-pair" }, /differential is column-pair and row-pair/],
    ["cellBits", { cellBits: 2 }, /cellBits is 3 and 2/],
    ["adcBits", { adcBits: 6 }, /adcBits is 8 and 6/],
  ];
  for (const [key, change, message] of differences) {
    it(`refuses macros of different ${key}, whose codes could not be compared`, () => {
      const error = expectNasError("NAS_MAPPING_IMPOSSIBLE", () =>
        commonSpec(sampleSpec, { ...sampleSpec, ...change }),
      );
      expect(error.message).to.match(message);
      expect(error.hint).to.contain(key);
    });
  }

  it("refuses macros without a common ADC step", () => {
    const error = expectNasError("NAS_MAPPING_IMPOSSIBLE", () =>
      commonSpec({ ...sampleSpec, adcStepLevels: [1, 4] }, { ...sampleSpec, adcStepLevels: [2, 8] }),
    );
    expect(error.context).to.deep.equal({ subject: [1, 4], reference: [2, 8] });
  });
});
