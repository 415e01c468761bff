import type { MacroSpec } from "../../src/macro/macro.js";

/** The spec of the macro that ships: 128 × 128 cells of 3 bits in column pairs, 8-bit inputs and ADCs. */
export const sampleSpec: MacroSpec = {
  contract: 2,
  arrayRows: 128,
  arrayColumns: 128,
  arrays: 16,
  cellBits: 3,
  inputBits: 8,
  adcBits: 8,
  differential: "column-pair",
  shiftAdd: true,
  adcStepLevels: [1, 2, 4, 8, 16, 32, 64, 128],
  maxVectors: 65536,
};
