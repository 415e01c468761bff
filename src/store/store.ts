import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { messageOf, NasError } from "../base/errors.js";
import { sha256 } from "../base/hash.js";
import type { Measurement } from "../record/measurement.js";
import type { RunDocument } from "../record/run-document.js";
import { matchRunId } from "./match-run-id.js";
import { checkRunId, newRunId } from "./run-id.js";
import { RunLock } from "./run-lock.js";
import { prepareSchema } from "./schema.js";
import { Database, type SqlRow } from "./sqlite.js";
import { headlineOf, type NewRun, type RunStatus, type StoredRun, type StoredStep } from "./stored-run.js";
import { strictJson } from "./strict-json.js";
import { measurementFromRow, runFromRow } from "./rows.js";
import { TrainingStore } from "./training-store.js";

export interface OpenStoreOptions {
  /** Refuse (NAS_RECORD_NOT_FOUND) instead of making a new store: for commands that only look. */
  mustExist?: boolean;
}

/**
 * Opens the store in a folder, `<folder>/nas4cim.sqlite`; makes both where they are absent.
 * @throws NAS_RECORD_STORE where the file is damaged or no store, NAS_RECORD_VERSION where a newer nas4cim wrote it.
 */
export function openStore(folder: string, options: OpenStoreOptions = {}): RecordStore {
  const path = join(folder, "nas4cim.sqlite");
  if (options.mustExist === true && !existsSync(path)) {
    throw new NasError("NAS_RECORD_NOT_FOUND", `there is no run store in ${folder}`, {
      hint: "start a run first, or name the folder that holds the runs",
      context: { folder },
    });
  }
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new NasError("NAS_RECORD_STORE", `cannot make the runs folder ${folder}: ${messageOf(error)}`, {
      hint: "choose a folder you may write to",
      context: { folder },
      cause: error,
    });
  }
  return new RecordStore(folder, path);
}

/**
 * The record of all runs in one folder: who started what, every finished step, the results.
 *
 * Calls are synchronous and durable: what a call has acknowledged is there after a kill or a power cut. Whoever creates or
 * claims a run holds it until it is finished, its status is set, or the store is closed; only the holder writes to it.
 */
export class RecordStore implements Disposable {
  readonly folder: string;
  /** The trainings, kept beside the runs. */
  readonly trainings: TrainingStore;
  readonly #database: Database;
  readonly #locks = new Map<string, RunLock>();

  /** Use openStore. */
  constructor(folder: string, path: string) {
    this.folder = folder;
    this.#database = new Database(path);
    try {
      prepareSchema(this.#database);
    } catch (error) {
      this.#database.close();
      throw error;
    }
    this.trainings = new TrainingStore(folder, this.#database);
  }

  /**
   * What goes by this id, or by the only id that begins so; "latest" is the newest run.
   * @throws NAS_RECORD_NOT_FOUND where neither a run nor a training does, or several do
   */
  find(id: string): { kind: "run" | "training"; id: string } {
    const trainings = this.trainings.ids();
    if (id === "latest" || trainings.length === 0) return { kind: "run", id: this.getRun(id).id };
    const found = matchRunId(id, [...this.#ids(), ...trainings]);
    return { kind: trainings.includes(found) ? "training" : "run", id: found };
  }

  /**
   * Enters a run with status "running" and claims it for this process; gives its id.
   * @throws NAS_RUN_RESUME where a run of that id exists.
   */
  createRun(run: NewRun): string {
    const id = run.id === undefined ? newRunId(run.startedAt) : checkRunId(run.id);
    const lock = this.#take(id);
    try {
      this.#database.transaction(() => {
        if (this.#database.get("SELECT 1 FROM runs WHERE id = ?", id) !== undefined) {
          throw new NasError("NAS_RUN_RESUME", `there is a run ${id} already`, {
            hint: "resume it, or start the new run under another id",
            context: { id },
          });
        }
        this.#database.run(
          `INSERT INTO runs (id, status, started_at, configuration, config_hash, network_hash, data_fingerprint, seed,
             versions, subject, reference, process_id, claimed_at)
           VALUES (?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          id,
          run.startedAt,
          strictJson(run.configuration, "configuration"),
          run.configHash,
          run.networkHash,
          run.dataFingerprint,
          run.seed,
          strictJson(run.versions, "versions"),
          strictJson(run.subject, "subject"),
          strictJson(run.reference, "reference"),
          process.pid,
          new Date().toISOString(),
        );
      });
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
    this.#locks.set(id, lock);
    return id;
  }

  /**
   * Takes up a run that stopped before its end: status "running", and this process may write to it.
   * @throws NAS_RUN_RESUME where a live process works on it or it is finished, NAS_RECORD_NOT_FOUND where it does not exist.
   */
  claimRun(runId: string): StoredRun {
    const { id } = this.getRun(runId);
    if (this.#locks.has(id)) return this.getRun(id);
    const lock = this.#take(id);
    try {
      this.#database.transaction(() => {
        if (this.#rowOf(id).status === "finished") {
          throw new NasError("NAS_RUN_RESUME", `run ${id} is finished: there is nothing to resume`, {
            hint: "start a new run, or look at this one's report",
            context: { id },
          });
        }
        this.#database.run(
          `UPDATE runs SET status = 'running', process_id = ?, claimed_at = ?, failure_code = NULL, failure_message = NULL
           WHERE id = ?`,
          process.pid,
          new Date().toISOString(),
          id,
        );
      });
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
    this.#locks.set(id, lock);
    return this.getRun(id);
  }

  /**
   * The run of this id, of the only id that begins so, or the newest one for "latest".
   * @throws NAS_RECORD_NOT_FOUND where none or several match, naming the near ones.
   */
  getRun(id: string): StoredRun {
    return this.#read(this.#rowOf(id));
  }

  /** Newest first; all of them without a limit. */
  listRuns(options: { limit?: number } = {}): StoredRun[] {
    const rows = this.#database.all(
      "SELECT * FROM runs ORDER BY started_at DESC, id DESC LIMIT ?",
      options.limit ?? -1,
    );
    return rows.map((row) => this.#read(row));
  }

  /**
   * Keeps one piece of work, all of it in one transaction; the same key again replaces it. `seconds`: how long it took.
   * @throws NAS_RUN_RESUME where this store does not hold the run.
   */
  saveStep(
    runId: string,
    step: string,
    key: string,
    content: { json?: unknown; blobs?: Record<string, Uint8Array> },
    seconds: number,
  ): void {
    this.#mustHold(runId);
    const json = content.json === undefined ? null : strictJson(content.json, `${step}/${key}`);
    this.#database.transaction(() => {
      this.#database.run("DELETE FROM steps WHERE run_id = ? AND step = ? AND key = ?", runId, step, key);
      this.#database.run(
        "INSERT INTO steps (run_id, step, key, json, seconds, saved_at) VALUES (?, ?, ?, ?, ?, ?)",
        runId,
        step,
        key,
        json,
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

  /**
   * One saved piece of work, or undefined where there is none of that key.
   * @throws NAS_RECORD_STORE where its bytes are no longer the ones that were saved.
   */
  loadStep(runId: string, step: string, key: string): StoredStep | undefined {
    const row = this.#database.get("SELECT * FROM steps WHERE run_id = ? AND step = ? AND key = ?", runId, step, key);
    if (row === undefined) return undefined;
    const blobs: Record<string, Uint8Array> = {};
    const blobRows = this.#database.all(
      "SELECT name, bytes, sha256 FROM step_blobs WHERE run_id = ? AND step = ? AND key = ? ORDER BY name",
      runId,
      step,
      key,
    );
    for (const { name, bytes, sha256: expected } of blobRows) {
      // A copy with a buffer of its own, so that callers may lay wider typed arrays over it.
      const blob = new Uint8Array(bytes as Uint8Array);
      if (sha256(blob) !== expected) {
        throw new NasError("NAS_RECORD_STORE", `${String(name)} of step ${step}/${key} of run ${runId} is damaged`, {
          hint: "the disk or a program has changed the store: start this run anew, and check the disk",
          context: { path: this.#database.path, runId, step, key, name },
        });
      }
      blobs[String(name)] = blob;
    }
    const json = row.json === null ? {} : { json: JSON.parse(String(row.json)) as unknown };
    return { key, ...json, blobs, seconds: Number(row.seconds) };
  }

  /** The keys saved under a step, sorted by code unit. */
  stepKeys(runId: string, step: string): string[] {
    const rows = this.#database.all("SELECT key FROM steps WHERE run_id = ? AND step = ? ORDER BY key", runId, step);
    return rows.map((row) => String(row.key));
  }

  /**
   * Keeps the results, sets status "finished" and lets go of the run, in one transaction.
   * @throws NAS_RUN_RESUME where this store does not hold the run, NAS_RECORD_STORE where a figure is NaN or infinite.
   */
  finishRun(runId: string, document: RunDocument, measurements: readonly Measurement[]): void {
    this.#mustHold(runId);
    const json = strictJson(document, "document");
    const headline = strictJson(headlineOf(document), "headline");
    this.#database.transaction(() => {
      this.#database.run("DELETE FROM measurements WHERE run_id = ?", runId);
      measurements.forEach((measurement, position) => {
        this.#database.run(
          `INSERT INTO measurements (run_id, position, name, value, unit, limit_min, limit_max, verdict)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
          runId,
          position,
          measurement.name,
          measurement.value,
          measurement.unit,
          measurement.limits?.min ?? null,
          measurement.limits?.max ?? null,
          measurement.verdict,
        );
      });
      this.#database.run(
        "UPDATE runs SET status = 'finished', finished_at = ?, headline = ?, document = ? WHERE id = ?",
        new Date().toISOString(),
        headline,
        json,
        runId,
      );
    });
    this.#release(runId);
  }

  /**
   * Ends work on a run that is not finished, with the reason where there is one, and lets go of it.
   * @throws NAS_RUN_RESUME where this store does not hold the run.
   */
  setStatus(runId: string, status: "interrupted" | "failed", reason: { code?: string; message?: string } = {}): void {
    this.#mustHold(runId);
    this.#database.run(
      "UPDATE runs SET status = ?, failure_code = ?, failure_message = ? WHERE id = ?",
      status,
      reason.code ?? null,
      reason.message ?? null,
      runId,
    );
    this.#release(runId);
  }

  /** The judged figures of a finished run, in the order they were given; empty before. */
  measurements(runId: string): Measurement[] {
    const { id } = this.getRun(runId);
    return this.#database
      .all("SELECT * FROM measurements WHERE run_id = ? ORDER BY position", id)
      .map(measurementFromRow);
  }

  /**
   * The document of a finished run.
   * @throws NAS_RECORD_NOT_FOUND where the run is not finished, NAS_RECORD_VERSION where the document's version is unknown.
   */
  document(runId: string): RunDocument {
    const row = this.#rowOf(runId);
    if (row.document === null) {
      const { id, status } = this.#read(row);
      throw new NasError("NAS_RECORD_NOT_FOUND", `run ${id} is ${status}: it has no results yet`, {
        hint: status === "running" ? "wait until it is finished" : "resume it, or choose a finished run",
        context: { id, status },
      });
    }
    const document = JSON.parse(String(row.document)) as RunDocument;
    if (document.format !== "nas4cim-run" || document.version !== 1) {
      const { format, version } = document as { format: unknown; version: unknown };
      throw new NasError(
        "NAS_RECORD_VERSION",
        `the document of run ${String(row.id)} is of a version this nas4cim does not know`,
        {
          hint: "update nas4cim",
          context: { id: row.id, format, version, known: 1 },
        },
      );
    }
    return document;
  }

  /** Lets go of all runs and closes the file; a run that is still "running" shows as interrupted from now on. */
  close(): void {
    for (const id of [...this.#locks.keys()]) this.#release(id);
    this.trainings.close();
    this.#database.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #lockPath(id: string): string {
    return join(this.folder, "locks", `${id}.lock`);
  }

  #take(id: string): RunLock {
    const lock = RunLock.take(this.#lockPath(id));
    if (lock !== undefined) return lock;
    const holder = this.#database.get("SELECT process_id, claimed_at FROM runs WHERE id = ?", id);
    const who =
      holder === undefined ? "" : ` (process ${String(holder.process_id)}, since ${String(holder.claimed_at)})`;
    throw new NasError("NAS_RUN_RESUME", `run ${id} is being worked on by another process${who}`, {
      hint: "wait until it has finished, or end that process first",
      context: { id, processId: holder?.process_id, claimedAt: holder?.claimed_at },
    });
  }

  #release(id: string): void {
    this.#locks.get(id)?.[Symbol.dispose]();
    this.#locks.delete(id);
  }

  #mustHold(id: string): void {
    if (this.#locks.has(id)) return;
    throw new NasError("NAS_RUN_RESUME", `run ${id} is not held by this process`, {
      hint: "create or claim a run, by its whole id, before writing to it",
      context: { id },
    });
  }

  #read(row: SqlRow): StoredRun {
    if (row.status !== "running" || this.#isHeld(String(row.id))) return runFromRow(row, row.status as RunStatus);
    // Nobody holds it. Read it again: its holder may have finished it between the reading of the row and the look at the lock.
    const again = this.#rowOf(String(row.id));
    return runFromRow(again, again.status === "running" ? "interrupted" : (again.status as RunStatus));
  }

  #isHeld(id: string): boolean {
    return this.#locks.has(id) || RunLock.isHeld(this.#lockPath(id));
  }

  #rowOf(id: string): SqlRow {
    const row =
      id === "latest"
        ? this.#database.get("SELECT * FROM runs ORDER BY started_at DESC, id DESC LIMIT 1")
        : this.#database.get("SELECT * FROM runs WHERE id = ?", id);
    if (row !== undefined) return row;
    return this.#rowOf(matchRunId(id, this.#ids()));
  }

  /** Newest first. */
  #ids(): string[] {
    return this.#database.all("SELECT id FROM runs ORDER BY started_at DESC, id DESC").map((each) => String(each.id));
  }
}
