import { expect } from "chai";
import fc from "fast-check";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { effects } from "../../../src/device/effects/all-effects.js";
import type { ChipKey } from "../../../src/device/effects/chip-key.js";
import { readChipCharacter } from "../../../src/device/read-chip.js";
import { idealCharacter } from "../../../src/device/virtual-chip.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { expectLocatedErrors, mutationsOf } from "../../support/json-mutations.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("readChipCharacter", () => {
  const folder = temporaryFolder();
  const good = {
    ...idealCharacter(),
    chipId: "chip 1",
    chipSeed: 2 ** 40,
    programmingSigmaLevels: [0, 0, 0, 0],
    stuckLowShare: 0.25,
    stuckHighShare: 0.75,
    adcGainSigma: 0,
    readNoiseSigmaLevels: 0,
  };

  function read(content: unknown): unknown {
    const path = join(folder(), "chip.json");
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return readChipCharacter(path, 2);
  }

  it("gives what the file says", () => {
    expect(read(good)).to.deep.equal(good);
  });

  it("takes a chip without any effect, and each effect by itself", () => {
    expect(read(idealCharacter())).to.deep.equal(idealCharacter());
    const keys = effects.flatMap((effect) => Object.entries<ChipKey>(effect.keys));
    for (const [key, { perLevel, least }] of keys) {
      const size = Math.max(least, 0.5);
      const chip = { ...idealCharacter(), [key]: perLevel ? [size, size, size, size] : size };
      expect(read(chip), key).to.deep.equal(chip);
    }
  });

  it("reads the chip that ships, whose cells have three bits", () => {
    const path = join(packageRoot(), "calibration/vc-0001/2026-11-23/chip.json");
    const chip = readChipCharacter(path, 3);
    expect(chip.chipId).to.equal("vc-0001");
    expect(chip.programmingSigmaLevels?.length).to.equal(8);
    const error = expectNasError("NAS_MACRO_DRIVER_OPTIONS", () => readChipCharacter(path, 4));
    expect(error.message).to.match(
      /chip\.json:\d+:\d+: programmingSigmaLevels has 8 numbers, but a 4-bit cell has 16 levels/,
    );
  });

  const faults: [title: string, content: unknown, message: RegExp][] = [
    ["no JSON", "{", /:1:2: this is no JSON/],
    ["no object", "null", /the file is null, expected an object/],
    ["a list", [], /the file is \[\], expected an object/],
    ["an unknown key, naming the nearest", { ...good, chipSead: 1 }, /chipSead is no known key/],
    ["another format", { ...good, format: "chip" }, /format is "chip", expected "nas4cim-chip"/],
    ["another version", { ...good, version: 2 }, /version is 2/],
    ["no name", { ...good, chipId: undefined }, /chipId is missing/],
    ["no source", { ...good, source: 5 }, /source is 5, expected a text/],
    ["a name without end", { ...good, chipId: "x".repeat(9000) }, /chipId is "x+…" \(9000 characters\)/],
    ["a key given twice", JSON.stringify(good).replace("{", '{"chipSeed": 1,'), /has the key "chipSeed" twice/],
    ["a negative seed", { ...good, chipSeed: -1 }, /chipSeed is -1/],
    ["a broken seed", { ...good, chipSeed: 0.5 }, /chipSeed is 0.5/],
    [
      "a share above 1",
      { ...good, stuckLowShare: 1.01, stuckHighShare: 0 },
      /stuckLowShare is 1.01, expected a number from 0 to 1/,
    ],
    ["more stuck cells than cells", { ...good, stuckLowShare: 0.26 }, /stuck cells are more than all/],
    ["a negative sigma", { ...good, adcGainSigma: -0.1 }, /adcGainSigma is -0.1/],
    ["no number for a sigma", { ...good, readNoiseSigmaLevels: null }, /readNoiseSigmaLevels is null/],
    [
      "a drift beyond all levels",
      { ...good, relaxationMeanLevels: [0, 0, 0, -1e4] },
      /relaxationMeanLevels\[3\] is -10000, expected a number from -1000 to 1000/,
    ],
    ["a text for a sigma", { ...good, adcOffsetSigmaSteps: "1" }, /adcOffsetSigmaSteps is "1"/],
    [
      "an infinite sigma",
      JSON.stringify(good).replace('"adcGainSigma":0', '"adcGainSigma":1e999'),
      /adcGainSigma is Infinity/,
    ],
    ["too few levels", { ...good, programmingSigmaLevels: [0, 0, 0] }, /has 3 numbers, but a 2-bit cell has 4 levels/],
    [
      "a level that is no number",
      { ...good, programmingSigmaLevels: [0, 0, 0, null] },
      /programmingSigmaLevels\[3\] is null/,
    ],
    [
      "an infinite level",
      JSON.stringify(good).replace("[0,0,0,0]", "[0,0,0,1e999]"),
      /programmingSigmaLevels\[3\] is Infinity/,
    ],
  ];
  for (const [title, content, message] of faults) {
    it(`refuses ${title}`, () => {
      const error = expectNasError("NAS_MACRO_DRIVER_OPTIONS", () => read(content));
      expect(error.message).to.match(message).and.contain(join(folder(), "chip.json"));
    });
  }

  it("gives a chip, or this error with line and column, whatever is changed in the file", () => {
    const path = join(folder(), "chip.json");
    fc.assert(
      fc.property(mutationsOf(JSON.stringify(good, undefined, 1)), (mutated) => {
        expectLocatedErrors(mutated, path, read);
      }),
      { numRuns: 400 },
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
    expect(error.context).to.deep.equal({ file: path });
  });
});
