import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../../src/base/paths.js";
import { programCells } from "../../../../src/device/program-cells.js";
import { readChipCharacter } from "../../../../src/device/read-chip.js";
import { idealCharacter } from "../../../../src/device/virtual-chip.js";
import { runScript } from "../../../support/run-command.js";

interface Moments {
  cells: number;
  meanLevels: number;
  sigmaLevels: number;
}
interface Measured {
  fit: Record<string, unknown>;
  atRoom: { seconds: number; levels: Moments[] }[];
  baked: { temperatureCelsius: number; seconds: number; levels: Moments[] }[];
}

const path = join(packageRoot(), "fixtures", "device", "relaxation-tech-b.json");
const measured = JSON.parse(readFileSync(path, "utf8")) as Measured;
const chip = readChipCharacter(join(packageRoot(), "calibration/vc-0002/2026-11-25/chip.json"), 3);
const [rows, columns] = [250, 80];

/** Mean and spread of 20,000 simulated cells of one level that were written without error. */
function simulated(level: number, secondsSinceProgramming: number, temperatureCelsius: number): Moments {
  const image = { array: 0, tile: 0, rows, columns, levels: new Uint8Array(rows * columns).fill(level) };
  const relaxing = {
    ...chip,
    ...idealCharacter(),
    programmingSigmaLevels: undefined,
    stuckLowShare: 0,
    stuckHighShare: 0,
  };
  const conditions = { secondsSinceProgramming, temperatureCelsius };
  const cells = programCells(image, relaxing, 1, 7, { conditions }).conductanceLevels;
  const mean = cells.reduce((sum, value) => sum + value, 0) / cells.length;
  const variance = cells.reduce((sum, value) => sum + (value - mean) ** 2, 0) / cells.length;
  return { cells: cells.length, meanLevels: mean - level, sigmaLevels: Math.sqrt(variance) };
}

describe("relaxation beside measured silicon (technology B, 128 µS full scale)", () => {
  it("is that of the shipped chip vc-0002", () => {
    expect(chip).to.deep.include(measured.fit);
  });

  for (const { seconds, levels } of measured.atRoom) {
    it(`spreads the levels 1 to 6 as measured after ${seconds} s: within a fifth, but for cells that jumped`, () => {
      for (let level = 1; level <= 6; level++) {
        const { sigmaLevels, meanLevels } = simulated(level, seconds, 25);
        const tolerance = seconds === 10_000 && (level === 1 || level === 4) ? 0.55 : 0.2;
        expect(sigmaLevels / levels[level].sigmaLevels, `sigma of level ${level}`).to.be.within(1 - tolerance, 1.2);
        expect(meanLevels, `drift of level ${level}`).to.be.closeTo(levels[level].meanLevels, 0.08);
      }
    });
  }

  for (const { temperatureCelsius, seconds, levels } of measured.baked) {
    it(`spreads the levels 1 to 3 as baked at ${temperatureCelsius} °C: within a quarter`, () => {
      for (let level = 1; level <= 3; level++) {
        const { sigmaLevels } = simulated(level, seconds, temperatureCelsius);
        expect(sigmaLevels / levels[level].sigmaLevels, `sigma of level ${level}`).to.be.within(0.75, 1.25);
      }
    });
  }

  it("is fitted by scripts/make-relaxation.mjs to the published files", async function () {
    const folder = process.env.NAS4CIM_RELAXATION_DATA;
    if (folder === undefined) return this.skip();
    const { stdout } = await runScript(join(packageRoot(), "scripts", "make-relaxation.mjs"), [folder]);
    expect(JSON.parse(stdout)).to.deep.equal(measured);
  });
});
