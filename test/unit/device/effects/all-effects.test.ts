import { expect } from "chai";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../../src/base/paths.js";
import { effects, effectsOf } from "../../../../src/device/effects/all-effects.js";

const root = packageRoot();
const notEffects = ["all-effects.ts", "chip-key.ts", "effect.ts"];

describe("the effects of a chip", () => {
  it("are one file each, named as they are, and each has its test", () => {
    const files = readdirSync(join(root, "src", "device", "effects")).filter((file) => !notEffects.includes(file));
    expect(files.sort()).to.deep.equal(effects.map(({ name }) => `${name}.ts`).sort());
    const readable = readFileSync(join(root, "test", "unit", "device", "effects", "readable-forms.test.ts"), "utf8");
    for (const { name } of effects) {
      const own = existsSync(join(root, "test", "unit", "device", "effects", `${name}.test.ts`));
      expect(own || readable.includes(`"${name}"`), name).to.equal(true);
    }
  });

  it("have keys of their own", () => {
    const keys = effects.flatMap((effect) => Object.keys(effect.keys));
    expect(new Set(keys).size).to.equal(keys.length);
  });

  it("stand in the documentation as their files state them", () => {
    const page = readFileSync(join(root, "docs", "device-effects.md"), "utf8").replace(/\s+/g, " ");
    let last = -1;
    for (const { name, acts, equation, source, validRange, keys } of effects) {
      const row = page.indexOf(`| ${name} | ${acts} |`);
      expect(row, `${name} in order`).to.be.greaterThan(last);
      last = row;
      for (const text of [equation, source, validRange, ...Object.keys(keys)]) expect(page).to.contain(text);
    }
  });

  it("are found by when they act, in order, and only where a chip has them", () => {
    const namesOf = (chip: object) => effectsOf(chip, "at programming", "with time").map(({ name }) => name);
    const sigmas = [0, 0.1];
    expect(
      namesOf({ stuckHighShare: 0.1, programmingSigmaLevels: sigmas, relaxationSigmaLevels: sigmas }),
    ).to.deep.equal(["write-error", "relaxation", "stuck-cells"]);
    expect(namesOf({ stuckHighShare: 0, programmingSigmaLevels: [0, 0], adcGainSigma: 1 })).to.deep.equal([]);
  });
});
