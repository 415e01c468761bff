import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical-json.js";

/** SHA-256 of bytes, lower-case hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** SHA-256 of a JSON value in canonical form: equal values give equal hashes, whatever their key order. */
export function hashJson(value: unknown): string {
  return sha256(canonicalJson(value));
}
