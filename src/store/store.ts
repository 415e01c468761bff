import { existsSync } from "node:fs";
import { join } from "node:path";
import { isNasError, messageOf, NasError } from "../base/errors.js";
import { sha256 } from "../base/hash.js";
import { makeFolder } from "../base/make-folder.js";
import type { Measurement } from "../record/measurement.js";
import type { RunDocument } from "../record/run-document.js";
import { damaged } from "./damaged.js";
import { Holds } from "./holds.js";
import { matchRunId } from "./match-run-id.js";
import { parseDocument } from "./parse-document.js";
import { checkRunId, newRunId } from "./run-id.js";
import { prepareSchema } from "./schema.js";
import { sealOf } from "./seal.js";
import { canBeWritten, Snapshot } from "./snapshot.js";
import { Database, type SqlRow } from "./sqlite.js";
import { StepTable } from "./step-table.js";
import {
  headlineOf,
  type NewRun,
  type RunFacts,
  type RunStatus,
  type StoredRun,
  type StoredStep,
} from "./stored-run.js";
import { strictJson } from "./strict-json.js";
import { checkTag } from "./tag.js";
import { damagedRun, measurementFromRow, runFromRow } from "./rows.js";
import { SearchStore } from "./search-store.js";
import { TrainingStore } from "./training-store.js";

export interface ListRunsOptions {
  limit?: number;
  wanted?: (run: StoredRun) => boolean;
}

export interface OpenStoreOptions {
  /** Refuse (NAS_RECORD_NOT_FOUND) instead of making a new store: for commands that only look. */
  mustExist?: boolean;
  /** Read alone, so that a store that cannot be written can be looked at; it must exist. */
  readOnly?: boolean;
}

/**
 * Opens the store in a folder, `<folder>/nas4cim.sqlite`; makes both where they are absent.
 * @throws NAS_RECORD_STORE where the file is damaged or no store, NAS_RECORD_VERSION where a newer nas4cim wrote it.
 */
export function openStore(folder: string, options: OpenStoreOptions = {}): RecordStore {
  const path = join(folder, "nas4cim.sqlite");
  if ((options.mustExist === true || options.readOnly === true) && !existsSync(path)) {
    throw new NasError("NAS_RECORD_NOT_FOUND", `there is no run store in ${folder}`, {
      hint: "start a run first, or name the folder that holds the runs",
      context: { folder },
    });
  }
  if (options.readOnly === true && !canBeWritten(path)) return new RecordStore(folder, new Snapshot(path));
  try {
    makeFolder(folder);
  } catch (error) {
    throw new NasError("NAS_RECORD_STORE", `cannot make the runs folder ${folder}: ${messageOf(error)}`, {
      hint: "choose a folder you may write to",
      context: { folder },
      cause: error,
    });
  }
  return new RecordStore(folder, { path });
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
  /** The searches, kept beside them. */
  readonly searches: SearchStore;
  readonly #database: Database;
  readonly #file: { path: string } & Partial<Disposable>;
  readonly #steps: StepTable;
  readonly #holds: Holds;

  /** Use openStore. */
  constructor(folder: string, file: { path: string } & Partial<Disposable>) {
    this.folder = folder;
    this.#file = file;
    this.#database = new Database(file.path);
    try {
      prepareSchema(this.#database);
    } catch (error) {
      this.#database.close();
      this.#file[Symbol.dispose]?.();
      throw error;
    }
    this.trainings = new TrainingStore(folder, this.#database);
    this.searches = new SearchStore(folder, this.#database);
    this.#steps = new StepTable(this.#database);
    this.#holds = new Holds(folder, "run");
  }

  /**
   * What goes by this id, or by the only id that begins so; "latest" is the newest run.
   * @throws NAS_RECORD_NOT_FOUND where neither a run nor a training nor a search does, or several do
   */
  find(id: string): { kind: "run" | "training" | "search"; id: string } {
    const [trainings, searches] = [this.trainings.ids(), this.searches.ids()];
    if (id === "latest" || trainings.length + searches.length === 0) return { kind: "run", id: this.getRun(id).id };
    const found = matchRunId(id, [...this.#ids(), ...trainings, ...searches]);
    return { kind: trainings.includes(found) ? "training" : searches.includes(found) ? "search" : "run", id: found };
  }

  /**
   * Enters a run with status "running" and claims it for this process; gives its id.
   * @throws NAS_RUN_RESUME where a run of that id exists.
   */
  createRun(run: NewRun): string {
    const id = run.id === undefined ? newRunId(run.startedAt) : checkRunId(run.id);
    this.#take(id, () => {
      if (this.#database.get("SELECT 1 FROM runs WHERE id = ?", id) !== undefined) {
        throw new NasError("NAS_RUN_RESUME", `there is a run ${id} already`, {
          hint: "resume it, or start the new run under another id",
          context: { id },
        });
      }
      this.#database.run(
        `INSERT INTO runs (id, status, started_at, configuration, seed, versions, subject, reference, process_id, claimed_at)
         VALUES (?, 'running', ?, ?, ?, ?, ?, ?, ?, ?)`,
        id,
        run.startedAt,
        strictJson(run.configuration, "configuration"),
        run.seed,
        strictJson(run.versions, "versions"),
        strictJson(run.subject, "subject"),
        strictJson(run.reference, "reference"),
        process.pid,
        new Date().toISOString(),
      );
    });
    return id;
  }

  /**
   * Takes up a run that stopped before its end: status "running", and this process may write to it.
   * @throws NAS_RUN_RESUME where a live process works on it or it is finished, NAS_RECORD_NOT_FOUND where it does not exist.
   */
  claimRun(runId: string): StoredRun {
    const { id } = this.getRun(runId);
    if (this.#holds.has(id)) return this.getRun(id);
    this.#take(id, () => {
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
    return this.getRun(id);
  }

  /** Whether this store holds the run: nobody else writes to it. */
  holds(runId: string): boolean {
    return this.#holds.has(runId);
  }

  /**
   * Enters what a run works on and with, once all is loaded and open, and the configuration it goes on with.
   * @throws NAS_RUN_RESUME where this store does not hold the run.
   */
  setFacts(runId: string, facts: RunFacts): void {
    this.#holds.mustHold(runId);
    this.#database.run(
      `UPDATE runs SET configuration = ?, contents = ?, config_hash = ?, network_hash = ?, data_fingerprint = ?,
         subject = ?, reference = ? WHERE id = ?`,
      strictJson(facts.configuration, "configuration"),
      strictJson(facts.contents, "contents"),
      facts.configHash,
      facts.contents.network,
      facts.contents.images,
      strictJson(facts.subject, "subject"),
      strictJson(facts.reference, "reference"),
      runId,
    );
  }

  /**
   * The run of this id, of the only id that begins so, or the newest one for "latest".
   * @throws NAS_RECORD_NOT_FOUND where none or several match, naming the near ones.
   */
  getRun(id: string): StoredRun {
    return this.#read(this.#rowOf(id));
  }

  /** Newest first; all of them without a limit, those alone that `wanted` says yes to. */
  listRuns({ limit = Infinity, wanted = () => true }: ListRunsOptions = {}): StoredRun[] {
    const found: StoredRun[] = [];
    for (const id of this.#ids()) {
      if (found.length >= limit) break;
      const run = this.#read(this.#rowOf(id));
      if (wanted(run)) found.push(run);
    }
    return found;
  }

  /** Gives a run tags and takes tags from it. @throws NAS_RECORD_NOT_FOUND, NAS_CLI_USAGE where a tag is none */
  tagRun(runId: string, { add = [], remove = [] }: { add?: readonly string[]; remove?: readonly string[] }): StoredRun {
    const { id, tags } = this.getRun(runId);
    const kept = new Set([...tags, ...add.map(checkTag)]);
    for (const tag of remove) kept.delete(tag);
    this.#database.run("UPDATE runs SET tags = ? WHERE id = ?", JSON.stringify([...kept].sort()), id);
    return this.getRun(id);
  }

  /** Gives a run a note, in the place of the one it had; undefined takes it away. @throws NAS_RECORD_NOT_FOUND */
  noteRun(runId: string, note: string | undefined): StoredRun {
    const { id } = this.getRun(runId);
    this.#database.run("UPDATE runs SET note = ? WHERE id = ?", note ?? null, id);
    return this.getRun(id);
  }

  /**
   * Removes a run with its steps and figures; its folder of files is the caller's.
   * @throws NAS_RECORD_NOT_FOUND; NAS_RUN_RESUME where a live process works on it
   */
  deleteRun(runId: string): void {
    const id = String(this.#rowOf(runId).id);
    this.#take(id, () => this.#database.run("DELETE FROM runs WHERE id = ?", id));
    this.#holds.release(id);
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
    this.#holds.mustHold(runId);
    this.#steps.save(runId, step, { key, ...content, seconds });
  }

  /**
   * One saved piece of work, or undefined where there is none of that key.
   * @throws NAS_RECORD_DAMAGED where it is no longer what was saved.
   */
  loadStep(runId: string, step: string, key: string): StoredStep | undefined {
    return this.#steps.load(runId, step, key);
  }

  /** The names of a run's steps, sorted by code unit. */
  stepNames(runId: string): string[] {
    return this.#steps.names(runId);
  }

  /** The keys saved under a step, sorted by code unit. */
  stepKeys(runId: string, step: string): string[] {
    return this.#steps.keys(runId, step);
  }

  /**
   * Keeps the results, sets status "finished" and lets go of the run, in one transaction.
   * @throws NAS_RUN_RESUME where this store does not hold the run, NAS_RECORD_STORE where a figure is NaN or infinite.
   */
  finishRun(runId: string, document: RunDocument, measurements: readonly Measurement[]): void {
    this.#holds.mustHold(runId);
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
        `UPDATE runs SET status = 'finished', finished_at = ?, headline = ?, document = ?, document_sha256 = ? WHERE id = ?`,
        new Date().toISOString(),
        headline,
        json,
        sha256(json),
        runId,
      );
      this.#database.run("UPDATE runs SET seal = ? WHERE id = ?", this.#sealOf(this.#rowOf(runId)), runId);
    });
    this.#holds.release(runId);
  }

  /**
   * Ends work on a run that is not finished, with the reason where there is one, and lets go of it.
   * @throws NAS_RUN_RESUME where this store does not hold the run.
   */
  setStatus(runId: string, status: "interrupted" | "failed", reason: { code?: string; message?: string } = {}): void {
    this.#holds.mustHold(runId);
    this.#database.run(
      "UPDATE runs SET status = ?, failure_code = ?, failure_message = ? WHERE id = ?",
      status,
      reason.code ?? null,
      reason.message ?? null,
      runId,
    );
    this.#holds.release(runId);
  }

  /** The judged figures of a finished run, in the order they were given; empty before. @throws NAS_RECORD_DAMAGED */
  measurements(runId: string): Measurement[] {
    const row = this.#rowOf(runId);
    this.#assertSealed(row);
    return this.#measurementRows(String(row.id)).map(measurementFromRow);
  }

  /**
   * The document of a finished run.
   * @throws NAS_RECORD_NOT_FOUND where the run is not finished, NAS_RECORD_DAMAGED where it is not what was written,
   * NAS_RECORD_VERSION where the document's version is unknown.
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
    this.#assertSealed(row);
    return parseDocument(row);
  }

  /** Lets go of all runs and closes the file; a run that is still "running" shows as interrupted from now on. */
  close(): void {
    this.#holds.releaseAll();
    this.trainings.close();
    this.searches.close();
    this.#database.close();
    this.#file[Symbol.dispose]?.();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #take(id: string, enter: () => unknown): void {
    const holder = (): { processId?: number; claimedAt?: string } => {
      const row = this.#database.get("SELECT process_id, claimed_at FROM runs WHERE id = ?", id);
      return row === undefined ? {} : { processId: Number(row.process_id), claimedAt: String(row.claimed_at) };
    };
    this.#holds.take(id, () => this.#database.transaction(enter), holder);
  }

  /** A run as it is now; one that is not what was written shows as damaged. */
  #read(row: SqlRow): StoredRun {
    const id = String(row.id);
    try {
      if (row.status === "finished") this.#assertSealed(row);
      if (row.status !== "running" || this.#holds.isHeld(id)) return runFromRow(row, row.status as RunStatus);
      // Nobody holds it. Read it again: its holder may have finished it between the reading of the row and the look at the lock.
      const again = this.#rowOf(id);
      return runFromRow(again, again.status === "running" ? "interrupted" : (again.status as RunStatus));
    } catch (error) {
      if (!isNasError(error, "NAS_RECORD_DAMAGED")) throw error;
      return damagedRun(row, error);
    }
  }

  /** Runs of earlier schemas have no seal. @throws NAS_RECORD_DAMAGED */
  #assertSealed(row: SqlRow): void {
    if (row.seal === null || row.seal === this.#sealOf(row)) return;
    throw damaged(String(row.id), "what the store says of it");
  }

  #sealOf(row: SqlRow): string {
    return sealOf(row, this.#measurementRows(String(row.id)));
  }

  #measurementRows(id: string): SqlRow[] {
    return this.#database.all("SELECT * FROM measurements WHERE run_id = ? ORDER BY position", id);
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
