import type { Measurement } from "../record/measurement.js";
import type { NasError } from "../base/errors.js";
import type { RunContents } from "../record/run-contents.js";
import { damaged } from "./damaged.js";
import type { SqlRow, SqlValue } from "./sqlite.js";
import type { RunHeadline, RunMacro, RunStatus, StoredRun } from "./stored-run.js";
import type { StoredTraining, TrainingEpoch, TrainingResult, TrainingStatus } from "../record/training.js";

/**
 * A row of table runs as a value; `status` is the one that holds now, which the row alone cannot tell.
 * @throws NAS_RECORD_DAMAGED where a field is no JSON
 */
export function runFromRow(row: SqlRow, status: RunStatus): StoredRun {
  const id = String(row.id);
  return {
    id,
    status,
    startedAt: String(row.started_at),
    configuration: parse<unknown>(row.configuration, id),
    ...(row.contents === null ? {} : { contents: parse<RunContents>(row.contents, id) }),
    ...(row.config_hash === null ? {} : { configHash: String(row.config_hash) }),
    ...(row.network_hash === null ? {} : { networkHash: String(row.network_hash) }),
    ...(row.data_fingerprint === null ? {} : { dataFingerprint: String(row.data_fingerprint) }),
    seed: Number(row.seed),
    versions: parse<Record<string, string>>(row.versions, id),
    subject: parse<RunMacro>(row.subject, id),
    reference: parse<RunMacro>(row.reference, id),
    ...(row.finished_at === null ? {} : { finishedAt: String(row.finished_at) }),
    ...failureAndClaim(row),
    tags: parse<string[]>(row.tags, id),
    ...(row.note === null ? {} : { note: String(row.note) }),
    ...(row.headline === null ? {} : { headline: parse<RunHeadline>(row.headline, id) }),
  };
}

/** What a list shows of a run that is not what was written: that it is so, and no figure. */
export function damagedRun(row: SqlRow, { code, message }: NasError): StoredRun {
  return {
    id: String(row.id),
    status: "damaged",
    startedAt: String(row.started_at),
    configuration: {},
    seed: Number(row.seed),
    versions: {},
    subject: { name: "" },
    reference: { name: "" },
    failure: { code, message },
    tags: [],
  };
}

/** A row of table trainings, with `epochs_done` beside it, as a value; `status` is the one that holds now. */
export function trainingFromRow(row: SqlRow, status: TrainingStatus): StoredTraining {
  return {
    id: String(row.id),
    status,
    startedAt: String(row.started_at),
    ...(row.ended_at === null ? {} : { endedAt: String(row.ended_at) }),
    recipeName: String(row.recipe_name),
    recipe: parse<unknown>(row.recipe, String(row.id)),
    recipeHash: String(row.recipe_hash),
    network: String(row.network),
    dataset: String(row.dataset),
    seed: Number(row.seed),
    dataSha256: String(row.data_sha256),
    outputFolder: String(row.output_folder),
    phases: parse<StoredTraining["phases"]>(row.phases, String(row.id)),
    versions: parse<Record<string, string>>(row.versions, String(row.id)),
    ...failureAndClaim(row),
    epochsDone: Number(row.epochs_done),
    ...(row.result === null ? {} : { result: parse<TrainingResult>(row.result, String(row.id)) }),
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
export function failureAndClaim(row: SqlRow): Pick<StoredRun, "failure" | "claim"> {
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

/** JSON this store wrote itself. @throws NAS_RECORD_DAMAGED where it is none any more */
export function parse<T>(json: SqlValue, id: string): T {
  try {
    return JSON.parse(String(json)) as T;
  } catch (error) {
    throw damaged(id, "what the store says of it", error);
  }
}
