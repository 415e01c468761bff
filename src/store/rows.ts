import type { Measurement } from "../record/measurement.js";
import type { MacroSummary } from "../record/run-document.js";
import type { SqlRow, SqlValue } from "./sqlite.js";
import type { RunHeadline, RunStatus, StoredRun } from "./stored-run.js";
import type { StoredTraining, TrainingEpoch, TrainingResult, TrainingStatus } from "../record/training.js";

/** A row of table runs as a value; `status` is the one that holds now, which the row alone cannot tell. */
export function runFromRow(row: SqlRow, status: RunStatus): StoredRun {
  const run: StoredRun = {
    id: String(row.id),
    status,
    startedAt: String(row.started_at),
    configuration: parse<unknown>(row.configuration),
    configHash: String(row.config_hash),
    networkHash: String(row.network_hash),
    dataFingerprint: String(row.data_fingerprint),
    seed: Number(row.seed),
    versions: parse<Record<string, string>>(row.versions),
    subject: parse<MacroSummary>(row.subject),
    reference: parse<MacroSummary>(row.reference),
  };
  if (row.finished_at !== null) run.finishedAt = String(row.finished_at);
  Object.assign(run, failureAndClaim(row));
  if (row.headline !== null) run.headline = parse<RunHeadline>(row.headline);
  return run;
}

/** A row of table trainings, with `epochs_done` beside it, as a value; `status` is the one that holds now. */
export function trainingFromRow(row: SqlRow, status: TrainingStatus): StoredTraining {
  return {
    id: String(row.id),
    status,
    startedAt: String(row.started_at),
    ...(row.ended_at === null ? {} : { endedAt: String(row.ended_at) }),
    recipeName: String(row.recipe_name),
    recipe: parse<unknown>(row.recipe),
    recipeHash: String(row.recipe_hash),
    network: String(row.network),
    dataset: String(row.dataset),
    seed: Number(row.seed),
    dataSha256: String(row.data_sha256),
    outputFolder: String(row.output_folder),
    phases: parse<StoredTraining["phases"]>(row.phases),
    versions: parse<Record<string, string>>(row.versions),
    ...failureAndClaim(row),
    epochsDone: Number(row.epochs_done),
    ...(row.result === null ? {} : { result: parse<TrainingResult>(row.result) }),
  };
}

/** A row of table training_epochs as a value. */
export function trainingEpochFromRow(row: SqlRow): TrainingEpoch {
  return {
    phase: String(row.phase),
    epoch: Number(row.epoch),
    loss: Number(row.loss),
    trainAccuracy: Number(row.train_accuracy),
    ...(row.held_out_accuracy === null ? {} : { heldOutAccuracy: Number(row.held_out_accuracy) }),
    seconds: Number(row.seconds),
    ...(row.learning_rate === null ? {} : { learningRate: Number(row.learning_rate) }),
  };
}

/** What runs and trainings have in common: why it stopped, and who worked on it. */
function failureAndClaim(row: SqlRow): Pick<StoredRun, "failure" | "claim"> {
  const common: Pick<StoredRun, "failure" | "claim"> = {};
  if (row.failure_code !== null || row.failure_message !== null) {
    common.failure = {
      ...(row.failure_code === null ? {} : { code: String(row.failure_code) }),
      ...(row.failure_message === null ? {} : { message: String(row.failure_message) }),
    };
  }
  if (row.process_id !== null && row.claimed_at !== null) {
    common.claim = { processId: Number(row.process_id), claimedAt: String(row.claimed_at) };
  }
  return common;
}

/** A row of table measurements as a value. */
export function measurementFromRow(row: SqlRow): Measurement {
  const measurement: Measurement = {
    name: String(row.name),
    value: row.value === null ? NaN : Number(row.value),
    unit: row.unit as Measurement["unit"],
    verdict: row.verdict as Measurement["verdict"],
  };
  if (row.limit_min !== null || row.limit_max !== null) {
    measurement.limits = {
      ...(row.limit_min === null ? {} : { min: Number(row.limit_min) }),
      ...(row.limit_max === null ? {} : { max: Number(row.limit_max) }),
    };
  }
  return measurement;
}

/** JSON this store wrote itself. */
function parse<T>(json: SqlValue): T {
  return JSON.parse(String(json)) as T;
}
