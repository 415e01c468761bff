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

/** What is wrong with a key's value and what to give instead, or nothing. A key that is left out is right. */
export function complaintAbout(
  key: string,
  value: unknown,
  { least, most, perLevel }: ChipKey,
  cellBits: number,
): { message: string; hint: string } | undefined {
  const isNumber = (each: unknown): boolean => typeof each === "number" && each >= least && each <= most;
  const range = most < Number.MAX_VALUE ? `from ${least} to ${most}` : `≥ ${least}`;
  if (value === undefined) return undefined;
  if (!perLevel) {
    if (isNumber(value)) return undefined;
    return { message: `"${key}" is ${shown(value)}`, hint: `give a number ${range}, or leave it out` };
  }
  const levels = 2 ** cellBits;
  if (Array.isArray(value) && value.length === levels && value.every(isNumber)) return undefined;
  return {
    message: `"${key}" must have ${levels} numbers ${range}, one a level of a ${cellBits}-bit cell`,
    hint: "measure or copy one per level, or leave the key out",
  };
}

/** JSON knows no infinity, but 1e999 reads as one. */
export function shown(value: unknown): string {
  return typeof value === "number" ? String(value) : String(JSON.stringify(value));
}
