import { join } from "node:path";
import { defineDriver, NasError, readDriverOptions, type MacroSpec } from "nas4cim/driver";
import { idealCharacter, readChipCharacter, sharePool, SimulatedMacro } from "nas4cim/device";

/** ADC steps from one level up to the whole of a 128-row array of 7-bit cells. */
const adcStepLevels = [1, 2, 4, 8, 16, 32, 64, 128];

/**
 * A simulated chip. Without a calibration it is the ideal macro; with one it is the virtual chip that its chip.json describes.
 * Geometry by default: NAS4CIM's macro, 128×128 cells, 1-bit DACs, 8-bit ADCs, 3-bit cells in column pairs (15 levels).
 */
export default defineDriver({
  id: "simulator",
  contract: 2,
  async open({ name, options, calibration, simulation }) {
    const read = readDriverOptions("simulator", options, {
      arrayRows: { kind: "integer", default: 128, min: 8, max: 1024 },
      arrayColumns: { kind: "integer", default: 128, min: 2, max: 1024 },
      arrays: { kind: "integer", default: 16, min: 1, max: 4096 },
      cellBits: { kind: "integer", default: 3, min: 1, max: 7 },
      inputBits: { kind: "integer", default: 8, min: 1, max: 8 },
      adcBits: { kind: "integer", default: 8, min: 2, max: 16 },
      differential: { kind: "string", default: "column-pair", oneOf: ["row-pair", "column-pair", "host"] },
      shiftAdd: { kind: "boolean", default: true },
      secondsSinceProgramming: { kind: "number", default: 0, min: 0, max: 1e9 },
      temperatureCelsius: { kind: "number", default: 25, min: -40, max: 300 },
    } as const);
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
          context: { macro: name, adcBits: spec.adcBits },
        },
      );
    }
    const chip =
      calibration === undefined ? idealCharacter() : readChipCharacter(join(calibration, "chip.json"), spec.cellBits);
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
