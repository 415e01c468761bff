import { join } from "node:path";
import { defineDriver, NasError, readDriverOptions, type MacroSpec } from "nas4cim/driver";
import { drawChip, idealCharacter, readChipCharacter, sharePool, SimulatedMacro } from "nas4cim/device";
import { simulatorOptions } from "./options.js";

/** ADC steps from one level up to the whole of a 128-row array of 7-bit cells. */
const adcStepLevels = [1, 2, 4, 8, 16, 32, 64, 128];

/**
 * A simulated chip. Without a calibration it is the ideal macro; with one it is the virtual chip that its chip.json describes.
 * Geometry by default: NAS4CIM's macro, 128×128 cells, 1-bit DACs, 8-bit ADCs, 3-bit cells in column pairs (15 levels).
 */
export default defineDriver({
  id: "simulator",
  contract: 2,
  drawsChips: true,
  async open({ name, options, calibration, simulation }) {
    const read = readDriverOptions("simulator", options, simulatorOptions);
    const spec: MacroSpec = {
      contract: 2,
      arrayRows: read.arrayRows,
      arrayColumns: read.arrayColumns,
      arrays: read.arrays,
      cellBits: read.cellBits,
      inputBits: read.inputBits,
      adcBits: read.adcBits,
      differential: read.differential as MacroSpec["differential"],
      shiftAdd: read.shiftAdd,
      adcStepLevels,
      maxVectors: 65536,
      // Its threads have a queue of their own.
      parallelCalls: 65536,
    };
    if (spec.differential === "host" && spec.adcBits > 15) {
      throw new NasError(
        "NAS_MACRO_DRIVER_OPTIONS",
        'driver "simulator": unsigned codes of 16 bits do not fit the kernel',
        {
          hint: 'use adcBits ≤ 15 with differential "host"',
          context: { macro: name, option: "adcBits", adcBits: spec.adcBits },
        },
      );
    }
    const calibrated =
      calibration === undefined ? idealCharacter() : readChipCharacter(join(calibration, "chip.json"), spec.cellBits);
    const chip = drawChip(calibrated, simulation.chip);
    const identity = {
      driver: "simulator",
      kind: "virtual" as const,
      chipId: chip.chipId,
      description:
        calibration === undefined
          ? "ideal macro (simulated)"
          : `virtual chip ${chip.chipId} (simulated: ${chip.source})`,
    };
    const { secondsSinceProgramming, temperatureCelsius } = read;
    const conditions = { secondsSinceProgramming, temperatureCelsius };
    const { seed, threads } = simulation;
    return new SimulatedMacro({ spec, identity, chip, seed, conditions, lease: sharePool(threads) });
  },
});
