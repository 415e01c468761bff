/** A key of a chip file: one number, or one a level of the cell. */
export interface ChipKey {
  unit: string;
  least: number;
  most: number;
  /** [2^cellBits] numbers, one a target level. */
  perLevel: boolean;
}

/** A size: unit, least (0 unless told) and most. */
export function number(unit: string, { least = 0, most = Number.MAX_VALUE } = {}): ChipKey {
  return { unit, least, most, perLevel: false };
}

/** A share of all cells, 0 … 1. */
export function share(): ChipKey {
  return number("share of cells", { most: 1 });
}

/** One size for each level that a cell is programmed to. */
export function perLevel(unit: string, range: { least?: number; most?: number } = {}): ChipKey {
  return { ...number(unit, range), perLevel: true };
}
