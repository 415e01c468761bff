import { createHash } from "node:crypto";

/** The identity of a set of labelled images: SHA-256, lower-case hex, over all pixels and then all labels. */
export function fingerprintOf(pixels: Uint8Array, labels: Uint8Array): string {
  return createHash("sha256").update(pixels).update(labels).digest("hex");
}
