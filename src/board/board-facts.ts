import type { Capabilities } from "../wire/constants.js";
import type { MacroIdentity, MacroSpec } from "../macro/macro.js";

/** What a virtual board says of itself beside its macro; a lie is told by naming the claim. */
export interface BoardFacts {
  serial: string;
  firmware: string;
  /** The board's own limits of a write. */
  maxVoltageMv: number;
  maxPulseNs: number;
  maxPulsesPerCell: number;
  /** Time of one vector's bit plane, of writing and of reading a cell, ns. */
  planeNs: number;
  writeCellNs: number;
  readCellNs: number;
  /** Memory for one request's answer, bytes. */
  memoryBytes: number;
  /** Claims that are put in place of the truth. */
  lies?: Partial<Capabilities>;
}

/**
 * NeuRRAM's order of magnitude: 8.5 pulses of 21 µs a cell with on-board write-verify (Wan et al., Nature 608, 504, 2022), 1 µs
 * for one vector's bit plane.
 */
export const plainFacts: BoardFacts = {
  serial: "VB-0001",
  firmware: "1.0.0",
  maxVoltageMv: 5000,
  maxPulseNs: 1_000_000,
  maxPulsesPerCell: 200,
  planeNs: 1000,
  writeCellNs: 178_500,
  readCellNs: 1000,
  memoryBytes: 1 << 20,
};

/** Vectors that one request may have. */
const mostVectors = 4096;

/** The capabilities of a virtual board. */
export function capabilitiesOf(spec: MacroSpec, identity: MacroIdentity, facts: BoardFacts): Capabilities {
  const { arrays, arrayRows, arrayColumns, cellBits, inputBits, adcBits, differential, shiftAdd } = spec;
  const { serial, firmware, maxVoltageMv, maxPulseNs, maxPulsesPerCell, planeNs, writeCellNs, readCellNs } = facts;
  return {
    model: "nas4cim virtual board",
    serial,
    chip: identity.chipId,
    isVirtual: true,
    firmware,
    // There is no image to hash: the version stands for it.
    firmwareHash: Uint8Array.from(Buffer.from(firmware.padEnd(8).slice(0, 32))),
    arrays,
    arrayRows,
    arrayColumns,
    cellBits,
    inputBits,
    adcBits,
    differential,
    shiftAdd,
    adcStepLevels: [...spec.adcStepLevels],
    maxVectors: Math.min(spec.maxVectors, mostVectors),
    keyedNoise: true,
    maxVoltageMv,
    maxPulseNs,
    maxPulsesPerCell,
    planeNs,
    writeCellNs,
    readCellNs,
    ...facts.lies,
  };
}
