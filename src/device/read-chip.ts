import { readJson } from "../base/schema/json-format.js";
import { chipFormat, levelComplaints } from "./chip-schema.js";
import type { ChipCharacter } from "./virtual-chip.js";

/**
 * Reads a chip.json strictly, for cells of so many bits.
 * @throws NAS_MACRO_DRIVER_OPTIONS where the file is missing, no JSON, or has a value that no chip can have.
 */
export function readChipCharacter(path: string, cellBits: number): ChipCharacter {
  const { value, fail } = readJson(chipFormat, path);
  for (const { key, message, hint } of levelComplaints(value, cellBits)) fail([key], `${key} ${message}`, { hint });
  return value;
}
