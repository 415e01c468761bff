import { NasError } from "../base/errors.js";
import { sha256 } from "../base/hash.js";
import { resultHashOf } from "../record/result-hash.js";
import type { RunDocument } from "../record/run-document.js";
import { damaged } from "./damaged.js";
import type { SqlRow } from "./sqlite.js";

/** Versions of the run document that this program reads. */
const knownVersions: readonly unknown[] = [1, 2];

/**
 * The document in a row of table runs, held against the hash of its bytes and against its own result hash.
 * @throws NAS_RECORD_DAMAGED, NAS_RECORD_VERSION
 */
export function parseDocument({ id, document: text, document_sha256: hash }: SqlRow): RunDocument {
  if (hash !== null && sha256(String(text)) !== hash) throw damaged(String(id), "its document");
  const document = whole(String(id), () => JSON.parse(String(text)) as RunDocument);
  const { format, version } = whole(String(id), () => ({ format: document.format, version: document.version }));
  if (format !== "nas4cim-run" || !knownVersions.includes(version)) {
    throw new NasError(
      "NAS_RECORD_VERSION",
      `the document of run ${String(id)} is of a version this nas4cim does not know`,
      { hint: "update nas4cim", context: { id, format, version, known: knownVersions } },
    );
  }
  // Where an earlier schema kept no hash of its bytes, its own hash still covers all but times and places.
  if (whole(String(id), () => resultHashOf(document)) !== document.run.resultHash) {
    throw damaged(String(id), "a figure of its document");
  }
  return document;
}

/** What `read` gives; whatever it throws is the document's fault. */
function whole<T>(id: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw damaged(id, "its document", error);
  }
}
