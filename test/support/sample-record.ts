import type { NewRun } from "../../src/store/stored-run.js";
import { sampleRunDocument } from "./sample-run-document.js";

/** A run as `createRun` takes it, with the provenance of the sample run document. */
export function sampleNewRun(startedAt = "2026-01-02T03:04:05.000Z"): NewRun {
  const { seed, versions, subject, reference } = sampleRunDocument({ images: 100 }).run;
  const configuration = { network: "sample", select: { first: 100 } };
  return { configuration, seed, versions, subject, reference, startedAt };
}

/** Keys that sort as their numbers do. */
export function stepKey(number: number): string {
  return String(number).padStart(6, "0");
}

/** 20,000 bytes that tell their number: several pages of a store, so that a torn write would show. */
export function stepBytes(number: number): Uint8Array {
  return Uint8Array.from({ length: 20_000 }, (_, place) => (place * 31 + number * 17) & 0xff);
}
