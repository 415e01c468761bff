import type { ChipCharacter } from "./virtual-chip.js";

/**
 * A chip of the population that a calibration describes: the same distributions, other defects, offsets and gains. Number 0
 * is the calibrated chip itself; number n has its chip seed + n.
 */
export function drawChip(calibrated: ChipCharacter, number = 0): ChipCharacter {
  if (number === 0) return calibrated;
  return {
    ...calibrated,
    chipId: `${calibrated.chipId}#${number}`,
    chipSeed: calibrated.chipSeed + number,
  };
}
