/**
 * nas4cim as a library: run a bench, read its record, draw its report; map and cost networks, sample search spaces and score
 * them. examples/ shows each. What a driver needs stands in nas4cim/driver, the
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
export { runIntegerNetwork } from "./network/integer-network.js";
export { quantize } from "./network/quantize.js";
export type { FeatureMap, MatrixLayer, QuantizedNetwork, QuantizedNode } from "./network/quantized-network.js";
export { toNetworkInput, type InputShape } from "./data/to-network-input.js";
export { countMacs, countParameters } from "./network/matrices.js";
export { knownGraphs, type KnownGraphName } from "./network/known-graphs.js";
export type { GraphNode, LayerGraph } from "./network/layer-graph.js";
export { mapNetwork, type AskedBits, type MapDocument, type MapRequest } from "./run/map-network.js";
export { costDocument, type CostDocument, type CostDocumentLayer, type CostRequest } from "./cost/cost-document.js";
export type { AskedPrecision, Precision } from "./cost/cost-layer.js";
export type { CostTotals } from "./cost/evaluate.js";
export type { Hardware } from "./cost/hardware.js";
export type { Schedule } from "./cost/pixel-times.js";
export { hardwarePresets, loadHardware } from "./cost/presets.js";
export { profiles, type ProfileName } from "./cost/profile.js";
export { readGraph } from "./network/read-graph.js";
export { sweep, type SweepAxis, type SweepPoint } from "./cost/sweep.js";
export { scoreCandidates, type ScoreRequest } from "./search/score-candidates.js";
export type { ScoredCandidate, ScoredChunk, ScoreLimits } from "./search/score-chunk.js";
export { countGenotypes, countNetworks, enumerateGenotypes, sampleGenotype } from "./search/space/explore.js";
export type { Genotype } from "./search/space/genotype.js";
export { decodeGenotype, encodeGenotype } from "./search/space/genotype-text.js";
export { loadSpace } from "./search/space/load-space.js";
export { searchSpaces, type SpaceName } from "./search/space/presets.js";
export { publishedGraph, type PublishedName } from "./search/space/published.js";
export { defineSpace, type SearchSpace } from "./search/space/space.js";
export { toGraph } from "./search/space/to-graph.js";
