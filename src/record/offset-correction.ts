import type { NoReadings, OffsetReadings } from "./run-document.js";

export type { NoReadings, OffsetCorrection, OffsetReadings } from "./run-document.js";

/** Whether a macro's offsets were read. */
export function hasReadings(of: OffsetReadings | NoReadings): of is OffsetReadings {
  return !("absent" in of);
}
