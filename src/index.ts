/**
 * nas4cim as a library: run a bench, read its record, draw its report. What a driver needs stands in nas4cim/driver, the
 * physics of simulated chips in nas4cim/device, the test suite for drivers in nas4cim/conformance.
 */
export { errorCodes, isNasError, NasError, type ErrorCode, type ErrorDetails } from "./base/errors.js";
export type { JobContext, ProgressEvent, ProgressSink } from "./base/progress.js";
export { loadBenchConfig, parseBenchConfig, type LoadedConfig } from "./config/bench-config.js";
export type { BenchConfig } from "./config/bench-schema.js";
export { loadDataset, type DatasetRequest } from "./data/load-dataset.js";
export { selectImages, type ImageSelection } from "./data/select-images.js";
export type { DatasetName, DataSource, LabelledImages, Split } from "./data/labelled-images.js";
export type { NetworkDescription, NetworkNode, NetworkProvenance } from "./network/network.js";
export { readNetwork, type StoredNetwork } from "./network/read-network.js";
export { compareRuns, type RunComparison } from "./record/compare-runs.js";
export type { Limits, Measurement, Verdict } from "./record/measurement.js";
export type * from "./record/run-document.js";
export type { MacroContents, RunContents } from "./record/run-contents.js";
export type { FinishedRun, RunSink } from "./record/sink.js";
export type * from "./record/training.js";
export { openStore, type RecordStore } from "./store/store.js";
export type { RunHeadline, RunStatus, StoredRun, StoredStep } from "./store/stored-run.js";
export { renderReport } from "./report/page.js";
export { renderTraining } from "./report/training-page.js";
export { runBench } from "./run/run.js";
export { type Verification, type VerifyRequest, verifyRun } from "./run/verify-run.js";
export type { RunOutcome, RunRequest } from "./run/run-request.js";
export { evaluateNetwork, type EvaluationRequest } from "./evaluate/eval-network.js";
export type { ArithmeticResult, EvaluationDocument } from "./evaluate/evaluation-document.js";
export { type RecordedOutcome, trainRecorded } from "./train/record-training.js";
export { trainRecipe, type TrainOutcome, type TrainRequest } from "./train/train.js";
