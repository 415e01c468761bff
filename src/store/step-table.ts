import { sha256 } from "../base/hash.js";
import { damaged } from "./damaged.js";
import type { Database } from "./sqlite.js";
import { strictJson } from "./strict-json.js";
import type { StoredStep } from "./stored-run.js";

/** The finished pieces of work of all runs in a store, each with the hashes of what was saved. */
export class StepTable {
  readonly #database: Database;

  /** `database` stays the caller's. */
  constructor(database: Database) {
    this.#database = database;
  }

  /** Keeps one piece of work, all of it in one transaction; the same key again replaces it. */
  save(runId: string, step: string, content: Omit<StoredStep, "blobs"> & { blobs?: StoredStep["blobs"] }): void {
    const { key, seconds } = content;
    const json = content.json === undefined ? null : strictJson(content.json, `${step}/${key}`);
    this.#database.transaction(() => {
      this.#database.run("DELETE FROM steps WHERE run_id = ? AND step = ? AND key = ?", runId, step, key);
      this.#database.run(
        "INSERT INTO steps (run_id, step, key, json, json_sha256, seconds, saved_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        runId,
        step,
        key,
        json,
        json === null ? null : sha256(json),
        seconds,
        new Date().toISOString(),
      );
      for (const [name, bytes] of Object.entries(content.blobs ?? {})) {
        this.#database.run(
          "INSERT INTO step_blobs (run_id, step, key, name, bytes, sha256) VALUES (?, ?, ?, ?, ?, ?)",
          runId,
          step,
          key,
          name,
          bytes,
          sha256(bytes),
        );
      }
    });
  }

  /** One saved piece of work, or undefined where there is none. @throws NAS_RECORD_DAMAGED where it is no longer what was saved */
  load(runId: string, step: string, key: string): StoredStep | undefined {
    const row = this.#database.get("SELECT * FROM steps WHERE run_id = ? AND step = ? AND key = ?", runId, step, key);
    if (row === undefined) return undefined;
    const isWhole = (content: Uint8Array | string, hash: unknown, what: string): void => {
      if (sha256(content) !== hash) throw damaged(runId, `${what} of step ${step}/${key}`);
    };
    const blobs: Record<string, Uint8Array> = {};
    const blobRows = this.#database.all(
      "SELECT name, bytes, sha256 FROM step_blobs WHERE run_id = ? AND step = ? AND key = ? ORDER BY name",
      runId,
      step,
      key,
    );
    for (const { name, bytes, sha256: hash } of blobRows) {
      // A copy with a buffer of its own, so that callers may lay wider typed arrays over it.
      const blob = new Uint8Array(bytes as Uint8Array);
      isWhole(blob, hash, String(name));
      blobs[String(name)] = blob;
    }
    const { json, json_sha256: hash, seconds } = row;
    if (json === null) return { key, blobs, seconds: Number(seconds) };
    if (hash !== null) isWhole(String(json), hash, "what");
    return { key, json: JSON.parse(String(json)) as unknown, blobs, seconds: Number(seconds) };
  }

  /** The names of a run's steps, and the keys saved under one, sorted by code unit. */
  names(runId: string): string[] {
    const rows = this.#database.all("SELECT DISTINCT step FROM steps WHERE run_id = ? ORDER BY step", runId);
    return rows.map(({ step }) => String(step));
  }

  keys(runId: string, step: string): string[] {
    const rows = this.#database.all("SELECT key FROM steps WHERE run_id = ? AND step = ? ORDER BY key", runId, step);
    return rows.map(({ key }) => String(key));
  }
}
