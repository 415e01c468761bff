import { createHash } from "node:crypto";
import type { Labels } from "./labelled-images.js";

/** The identity of a set of labelled images: SHA-256, lower-case hex, over all pixels and then all labels. */
export function fingerprintOf(pixels: Uint8Array, labels: Labels): string {
  return createHash("sha256").update(pixels).update(labels).digest("hex");
}
