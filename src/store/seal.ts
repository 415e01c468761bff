import { hashJson } from "../base/hash.js";
import type { SqlRow } from "./sqlite.js";

/** Columns of a run's row that stay as they are once it is finished. The document is among them by its hash. */
const sealed = [
  "id",
  "started_at",
  "finished_at",
  "configuration",
  "contents",
  "config_hash",
  "network_hash",
  "data_fingerprint",
  "seed",
  "versions",
  "subject",
  "reference",
  "headline",
  "document_sha256",
] as const;

/**
 * SHA-256 over what a finished run says: its row, tags and note aside, and its measurements. Who changes a figure in the
 * store without it is found out when the run is read; it protects from accidents, not from who makes a new seal.
 */
export function sealOf(row: SqlRow, measurements: readonly SqlRow[]): string {
  return hashJson({ row: Object.fromEntries(sealed.map((name) => [name, row[name]])), measurements });
}
