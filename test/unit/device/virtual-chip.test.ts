import { expect } from "chai";
import fc from "fast-check";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { isNasError } from "../../../src/base/errors.js";
import { packageRoot } from "../../../src/base/paths.js";
import { idealCharacter, readChipCharacter } from "../../../src/device/virtual-chip.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("idealCharacter", () => {
  it("has no variation of any kind, at any cell", () => {
    for (const cellBits of [1, 3, 7]) {
      const { programmingSigmaLevels, ...chip } = idealCharacter(cellBits);
      expect(programmingSigmaLevels).to.deep.equal(new Array(2 ** cellBits).fill(0));
      const sizes = [
        chip.stuckLowShare,
        chip.stuckHighShare,
        chip.adcOffsetSigmaSteps,
        chip.adcGainSigma,
        chip.readNoiseSigmaLevels,
      ];
      expect(sizes).to.deep.equal([0, 0, 0, 0, 0]);
    }
  });
});

describe("readChipCharacter", () => {
  const folder = temporaryFolder();
  const good = { ...idealCharacter(2), chipId: "chip 1", stuckLowShare: 0.25, stuckHighShare: 0.75, chipSeed: 2 ** 40 };

  function read(content: unknown): unknown {
    const path = join(folder(), "chip.json");
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return readChipCharacter(path, 2);
  }

  it("gives what the file says", () => {
    expect(read(good)).to.deep.equal(good);
  });

  it("reads the chip that ships, whose cells have three bits", () => {
    const path = join(packageRoot(), "calibration/vc-0001/2026-11-23/chip.json");
    const chip = readChipCharacter(path, 3);
    expect(chip.chipId).to.equal("vc-0001");
    expect(chip.programmingSigmaLevels.length).to.equal(8);
    const error = expectNasError("NAS_MACRO_DRIVER_OPTIONS", () => readChipCharacter(path, 4));
    expect(error.message).to.contain("must have 16 numbers");
  });

  const faults: [title: string, content: unknown, message: RegExp][] = [
    ["no JSON", "{", /cannot be read/],
    ["no object", "null", /is no JSON object/],
    ["a list", [], /is format undefined version undefined/],
    ["an unknown key, naming the nearest", { ...good, chipSead: 1 }, /unknown key "chipSead"/],
    ["another format", { ...good, format: "chip" }, /format "chip" version 1/],
    ["another version", { ...good, version: 2 }, /version 2/],
    ["no name", { ...good, chipId: undefined }, /"chipId" is missing/],
    ["no source", { ...good, source: 5 }, /"source" is missing/],
    ["a negative seed", { ...good, chipSeed: -1 }, /"chipSeed" is -1/],
    ["a broken seed", { ...good, chipSeed: 0.5 }, /"chipSeed" is 0.5/],
    ["a share above 1", { ...good, stuckLowShare: 1.01, stuckHighShare: 0 }, /"stuckLowShare" is 1.01/],
    ["more stuck cells than cells", { ...good, stuckLowShare: 0.26 }, /stuck cells are more than all/],
    ["a negative sigma", { ...good, adcGainSigma: -0.1 }, /"adcGainSigma" is -0.1/],
    ["a missing sigma", { ...good, readNoiseSigmaLevels: undefined }, /"readNoiseSigmaLevels" is undefined/],
    ["a text for a sigma", { ...good, adcOffsetSigmaSteps: "1" }, /"adcOffsetSigmaSteps" is "1"/],
    [
      "an infinite sigma",
      JSON.stringify(good).replace('"adcGainSigma":0', '"adcGainSigma":1e999'),
      /"adcGainSigma" is Infinity/,
    ],
    ["too few levels", { ...good, programmingSigmaLevels: [0, 0, 0] }, /must have 4 numbers/],
    ["a level that is no number", { ...good, programmingSigmaLevels: [0, 0, 0, null] }, /must have 4 numbers/],
    ["an infinite level", JSON.stringify(good).replace("[0,0,0,0]", "[0,0,0,1e999]"), /must have 4 numbers/],
  ];
  for (const [title, content, message] of faults) {
    it(`refuses ${title}`, () => {
      const error = expectNasError("NAS_MACRO_DRIVER_OPTIONS", () => read(content));
      expect(error.message).to.match(message).and.contain(join(folder(), "chip.json"));
    });
  }

  it("refuses with this error, or reads on, whatever stands anywhere in the file", () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(good)), fc.jsonValue({ maxDepth: 2 }), (key, value) => {
        try {
          read({ ...good, [key]: value });
        } catch (error) {
          if (!isNasError(error, "NAS_MACRO_DRIVER_OPTIONS")) throw error;
        }
      }),
      { numRuns: 300, examples: [["chipSeed", { toString: [] }]] },
    );
  });

  it("names the nearest key in its hint", () => {
    const error = expectNasError("NAS_MACRO_DRIVER_OPTIONS", () => read({ ...good, readNoiseSigma: 1 }));
    expect(error.hint).to.equal('did you mean "readNoiseSigmaLevels"?');
  });

  it("says where a missing file should be", () => {
    const path = join(folder(), "missing.json");
    const error = expectNasError("NAS_MACRO_DRIVER_OPTIONS", () => readChipCharacter(path, 2));
    expect(error.message).to.contain(path);
    expect(error.context).to.deep.equal({ path });
  });
});
