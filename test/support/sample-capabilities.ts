import type { Capabilities } from "../../src/wire/constants.js";
import { sampleSpec } from "./macro-spec.js";

const { arrays, arrayRows, arrayColumns, cellBits, inputBits, adcBits, differential, shiftAdd } = sampleSpec;

/** A virtual board with the sample macro. */
export const sampleCapabilities: Capabilities = {
  model: "nas4cim virtual board",
  serial: "VB-0001",
  chip: "ideal",
  isVirtual: true,
  firmware: "1.0.0",
  firmwareHash: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  arrays,
  arrayRows,
  arrayColumns,
  cellBits,
  inputBits,
  adcBits,
  differential,
  shiftAdd,
  adcStepLevels: [...sampleSpec.adcStepLevels],
  maxVectors: 65535,
  keyedNoise: true,
  maxVoltageMv: 5000,
  maxPulseNs: 1_000_000,
  maxPulsesPerCell: 200,
  planeNs: 100,
  writeCellNs: 180_000,
  readCellNs: 1000,
};
