import { NasError } from "../base/errors.js";
import { Holds } from "./holds.js";
import { matchRunId } from "./match-run-id.js";
import { trainingEpochFromRow, trainingFromRow } from "./rows.js";
import { checkRunId, newRunId } from "./run-id.js";
import type { Database, SqlRow } from "./sqlite.js";
import { strictJson } from "./strict-json.js";
import type {
  NewTraining,
  StoredTraining,
  TrainingDocument,
  TrainingEpoch,
  TrainingResult,
  TrainingStatus,
} from "../record/training.js";

/**
 * The trainings in a store, epoch by epoch. As with runs, whoever creates or claims a training holds it until its status is
 * set or the store is closed, and only the holder writes to it; what a call acknowledged survives a kill.
 */
export class TrainingStore {
  readonly #database: Database;
  readonly #holds: Holds;

  /** The store's own; `database` stays the caller's. */
  constructor(folder: string, database: Database) {
    this.#database = database;
    this.#holds = new Holds(folder, "training");
  }

  /** Enters a training with status "running" and claims it for this process; gives its id. @throws NAS_RUN_RESUME */
  create(training: NewTraining): string {
    const id = training.id === undefined ? newRunId(training.startedAt) : checkRunId(training.id);
    this.#take(id, () => {
      if (this.#database.get("SELECT 1 FROM trainings WHERE id = ?", id) !== undefined) {
        throw new NasError("NAS_RUN_RESUME", `there is a training ${id} already`, {
          hint: "resume it, or start the new training under another id",
          context: { id },
        });
      }
      this.#database.run(
        `INSERT INTO trainings (id, status, started_at, recipe_name, recipe, recipe_hash, network, dataset, seed, data_sha256,
           output_folder, phases, versions, process_id, claimed_at)
         VALUES (?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        id,
        training.startedAt,
        training.recipeName,
        strictJson(training.recipe, "recipe"),
        training.recipeHash,
        training.network,
        training.dataset,
        training.seed,
        training.dataSha256,
        training.outputFolder,
        strictJson(training.phases, "phases"),
        strictJson(training.versions, "versions"),
        process.pid,
        new Date().toISOString(),
      );
    });
    return id;
  }

  /**
   * Takes up the newest training of this recipe into this folder that did not come to its end; undefined where there is none.
   * `versions`: what takes part now.
   * @throws NAS_RUN_RESUME where another live process works on it
   */
  resume(recipeHash: string, outputFolder: string, versions: Record<string, string>): string | undefined {
    const row = this.#database.get(
      `SELECT id FROM trainings WHERE recipe_hash = ? AND output_folder = ? AND status <> 'done'
       ORDER BY started_at DESC, id DESC LIMIT 1`,
      recipeHash,
      outputFolder,
    );
    if (row === undefined) return undefined;
    const id = String(row.id);
    this.#take(id, () => {
      this.#database.run(
        `UPDATE trainings SET status = 'running', versions = ?, process_id = ?, claimed_at = ?, ended_at = NULL,
           failure_code = NULL, failure_message = NULL WHERE id = ?`,
        strictJson(versions, "versions"),
        process.pid,
        new Date().toISOString(),
        id,
      );
    });
    return id;
  }

  /** Keeps all epochs so far, in one transaction; they replace those that were there. @throws NAS_RUN_RESUME */
  saveEpochs(id: string, epochs: readonly TrainingEpoch[]): void {
    this.#holds.mustHold(id);
    this.#database.transaction(() => {
      this.#database.run("DELETE FROM training_epochs WHERE training_id = ?", id);
      epochs.forEach((epoch, position) => {
        this.#database.run(
          `INSERT INTO training_epochs (training_id, position, phase, epoch, loss, train_accuracy, held_out_accuracy, seconds,
             learning_rate) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          id,
          position,
          epoch.phase,
          epoch.epoch,
          epoch.loss,
          epoch.trainAccuracy,
          epoch.heldOutAccuracy ?? null,
          epoch.seconds,
          epoch.learningRate ?? null,
        );
      });
    });
  }

  /** Keeps what came of it, sets status "done" and lets go of it. @throws NAS_RUN_RESUME, NAS_RECORD_STORE */
  finish(id: string, result: TrainingResult): void {
    this.#holds.mustHold(id);
    this.#database.run(
      "UPDATE trainings SET status = 'done', ended_at = ?, result = ? WHERE id = ?",
      new Date().toISOString(),
      strictJson(result, "result"),
      id,
    );
    this.#holds.release(id);
  }

  /** Ends work on a training that is not done, with the reason where there is one, and lets go of it. @throws NAS_RUN_RESUME */
  setStatus(
    id: string,
    status: "interrupted" | "diverged" | "failed",
    reason: { code?: string; message?: string } = {},
  ): void {
    this.#holds.mustHold(id);
    this.#database.run(
      "UPDATE trainings SET status = ?, ended_at = ?, failure_code = ?, failure_message = ? WHERE id = ?",
      status,
      new Date().toISOString(),
      reason.code ?? null,
      reason.message ?? null,
      id,
    );
    this.#holds.release(id);
  }

  /** The training of this id, or of the only id that begins so. @throws NAS_RECORD_NOT_FOUND */
  get(id: string): StoredTraining {
    return this.#read(this.#rowOf(matchRunId(id, this.ids(), "training")));
  }

  /** Newest first; all of them without a limit. */
  list(options: { limit?: number } = {}): StoredTraining[] {
    const rows = this.#database.all(
      `${selectTrainings} ORDER BY started_at DESC, id DESC LIMIT ?`,
      options.limit ?? -1,
    );
    return rows.map((row) => this.#read(row));
  }

  /** Newest first. */
  ids(): string[] {
    return this.#database
      .all("SELECT id FROM trainings ORDER BY started_at DESC, id DESC")
      .map((row) => String(row.id));
  }

  /** A training with its epochs so far. @throws NAS_RECORD_NOT_FOUND */
  document(id: string): TrainingDocument {
    const training = this.get(id);
    const epochs = this.#database
      .all("SELECT * FROM training_epochs WHERE training_id = ? ORDER BY position", training.id)
      .map(trainingEpochFromRow);
    return { format: "nas4cim-training", version: 1, training, epochs };
  }

  /** Removes the record of a training; its network and its checkpoint stay where they are. @throws NAS_RECORD_NOT_FOUND, NAS_RUN_RESUME */
  delete(wanted: string): void {
    const { id } = this.get(wanted);
    this.#take(id, () => this.#database.run("DELETE FROM trainings WHERE id = ?", id));
    this.#holds.release(id);
  }

  /** Lets go of all trainings; one that is still "running" shows as interrupted from now on. */
  close(): void {
    this.#holds.releaseAll();
  }

  #take(id: string, enter: () => unknown): void {
    this.#holds.take(id, () => this.#database.transaction(enter));
  }

  #read(row: SqlRow): StoredTraining {
    const status = row.status as TrainingStatus;
    const id = String(row.id);
    if (status !== "running" || this.#holds.isHeld(id)) return trainingFromRow(row, status);
    // Nobody holds it. Read it again: its holder may have ended it between the reading of the row and the look at the lock.
    const again = this.#rowOf(id);
    return trainingFromRow(again, again.status === "running" ? "interrupted" : (again.status as TrainingStatus));
  }

  #rowOf(id: string): SqlRow {
    return this.#database.get(`${selectTrainings} WHERE id = ?`, id)!;
  }
}

const selectTrainings = `SELECT trainings.*,
  (SELECT count(*) FROM training_epochs WHERE training_id = trainings.id) AS epochs_done FROM trainings`;
