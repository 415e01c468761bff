import { availableParallelism } from "node:os";
import { sha256 } from "../base/hash.js";
import { isShippedConfig } from "../config/bench-config.js";
import type { LabelledImages } from "../data/labelled-images.js";
import type { ProgramReport } from "../macro/macro.js";
import { slicesOf } from "../mapping/place-network.js";
import { tilesOf, type Placement } from "../mapping/placement.js";
import { floatPredictionsName, type StoredNetwork } from "../network/read-network.js";
import { matrixLayers, type MatrixLayer, type QuantizedNetwork } from "../network/quantized-network.js";
import { countMacs, countParameters } from "../network/matrices.js";
import type {
  Accuracy,
  CodeComparison,
  LayerResult,
  MacroSummary,
  RunDocument,
  StepTiming,
} from "../record/run-document.js";
import { fractionsOf } from "../record/accuracies.js";
import { resultHashOf } from "../record/result-hash.js";
import { jobHashOf, type RunContents } from "../record/run-contents.js";
import { accuracyOf, agreementOf, confusionMatrix, pairedDifference } from "../record/statistics.js";
import { cellsOf, conversionsPerImage, describeHardware, describeTiles } from "./describe-hardware.js";
import type { DarkRead } from "./dark-read.js";
import { describeOffsets } from "./describe-offsets.js";
import { describeChips } from "./describe-population.js";
import type { InferenceResult } from "./infer.js";
import type { Written } from "./perform-population.js";
import type { RunConfiguration } from "./run-request.js";

/** All that a run found, before it is put into words. */
export interface RunFindings {
  runId: string;
  startedAt: string;
  configuration: RunConfiguration;
  contents: RunContents;
  versions: { nas4cim: string; node: string };
  stored: StoredNetwork;
  network: QuantizedNetwork;
  /** The images of the run, and the fingerprint of the whole set they are from. */
  images: LabelledImages;
  wholeSetFingerprint: string;
  placement: Placement;
  adcStepLevels: readonly number[];
  macros: { subject: MacroSummary; reference: MacroSummary };
  inference: {
    integer: InferenceResult;
    subject: InferenceResult;
    reference: InferenceResult;
    /** The subject without its offsets corrected, on the first images. */
    uncorrected?: InferenceResult;
  };
  /** What was read of the ADCs' offsets, by round; empty where they were not to be corrected. */
  darkReads: Record<"subject" | "reference", readonly DarkRead[]>;
  /** All writings of all chips, where there are others than the subject. */
  population?: readonly Written[];
  codes: ReadonlyMap<string, CodeComparison>;
  /** The subject's, by tile. */
  programming: ReadonlyMap<number, ProgramReport>;
  steps: StepTiming[];
}

/** Puts the findings into the run document. */
export function buildDocument(findings: RunFindings): RunDocument {
  const { images, inference, placement, network } = findings;
  const classes = images.classNames.length;
  const layers = matrixLayers(network);
  const correct = {
    subject: correctOf(images, inference.subject.predictions),
    reference: correctOf(images, inference.reference.predictions),
  };
  const float = floatAccuracy(findings);
  const accuracies = {
    ...(float ? { float } : {}),
    integer: accuracyOf(count(correctOf(images, inference.integer.predictions)), images.count),
    reference: accuracyOf(count(correct.reference), images.count),
    subject: accuracyOf(count(correct.subject), images.count),
  };
  const passSeconds = inference.subject.seconds + inference.reference.seconds;
  const document: RunDocument = {
    format: "nas4cim-run",
    version: 2,
    run: describeRun(findings),
    images: images.count,
    dataset: describeDataset(findings),
    network: {
      name: network.name,
      parameters: countParameters(findings.stored.description),
      macs: countMacs(findings.stored.description),
    },
    accuracy: fractionsOf(accuracies),
    accuracies,
    predictionHashes: {
      integer: sha256(inference.integer.predictions),
      reference: sha256(inference.reference.predictions),
      subject: sha256(inference.subject.predictions),
    },
    ...(findings.configuration.offsetCorrection && { offsetCorrection: offsetsFound(findings) }),
    ...(findings.population && { population: describeChips(images, findings.population) }),
    difference: pairedDifference(correct.subject, correct.reference),
    agreement: agreementOf(inference.subject.predictions, inference.reference.predictions, classes),
    confusion: {
      classNames: [...images.classNames],
      subject: confusionMatrix(images.labels, inference.subject.predictions, classes),
      reference: confusionMatrix(images.labels, inference.reference.predictions, classes),
    },
    layers: layers.map((layer) => describeLayer(layer, findings)),
    hardware: describeHardware(placement, layers),
    tiles: describeTiles(placement, findings.programming),
    timing: { steps: findings.steps, imagesPerSecond: passSeconds > 0 ? (2 * images.count) / passSeconds : 0 },
  };
  document.run.resultHash = resultHashOf(document);
  return document;
}

/** Where the run came from; its result's hash is filled in when the result is there. */
function describeRun({ runId, startedAt, configuration, contents, macros, versions }: RunFindings): RunDocument["run"] {
  return {
    id: runId,
    startedAt,
    configHash: jobHashOf(contents),
    contents,
    networkHash: contents.network,
    dataFingerprint: contents.images,
    seed: contents.seed,
    ...macros,
    versions,
    resultHash: "",
    host: { platform: process.platform, arch: process.arch, cpus: availableParallelism() },
    places: {
      ...(isShippedConfig(configuration.configPath) ? {} : { config: configuration.configPath }),
      network: configuration.networkFolder,
    },
  };
}

function offsetsFound({ darkReads, images, inference }: RunFindings): RunDocument["offsetCorrection"] {
  const uncorrected = inference.uncorrected?.predictions;
  return describeOffsets(darkReads, images, { subject: inference.subject.predictions, uncorrected });
}

function describeDataset({ images, configuration }: RunFindings): RunDocument["dataset"] {
  const { source } = images;
  return {
    name: images.dataset,
    split: images.split,
    selection: String(configuration.images),
    officialCount: source.officialCount,
    location: source.location,
    ...(source.caveat === undefined ? {} : { caveat: source.caveat }),
  };
}

function describeLayer(
  layer: MatrixLayer,
  { placement, adcStepLevels, inference, codes, images }: RunFindings,
): LayerResult {
  const tiles = tilesOf(placement, layer.id);
  const perImage = conversionsPerImage(placement, layer);
  const share = (result: InferenceResult) => (result.saturated.get(layer.id) ?? 0) / (perImage * images.count);
  return {
    id: layer.id,
    op: layer.op,
    rows: layer.rows,
    outputs: layer.outputs,
    slices: slicesOf(layer.weightBits, placement.spec.cellBits),
    tiles: tiles.length,
    inputBits: layer.inputBits,
    weightBits: layer.weightBits,
    cells: cellsOf(tiles),
    adcConversionsPerImage: perImage,
    adcStepLevels: tiles.map(({ tile }) => adcStepLevels[tile]),
    codes: codes.get(layer.id)!,
    clippedShare: { subject: share(inference.subject), reference: share(inference.reference) },
  };
}

/** The float network's accuracy on these images, where its provenance tells its predictions for the set they are from. */
function floatAccuracy({
  stored,
  images,
  wholeSetFingerprint,
}: RunFindings): (Accuracy & { origin: "provenance" }) | undefined {
  const predictions = stored.tensors.get(floatPredictionsName)?.data;
  const { float } = stored.description.provenance;
  if (!float || !predictions) return undefined;
  // Every source of Fashion-MNIST is held against the official images one by one, so a part of them has their places.
  const sameSet = wholeSetFingerprint === float.testSetFingerprint || images.dataset === "fashion-mnist";
  if (!sameSet || predictions.length !== images.source.officialCount) return undefined;
  let correct = 0;
  for (let image = 0; image < images.count; image++)
    if (predictions[images.officialIndex[image]] === images.labels[image]) correct++;
  return { ...accuracyOf(correct, images.count), origin: "provenance" };
}

function correctOf({ labels }: LabelledImages, predictions: Uint8Array): Uint8Array {
  return Uint8Array.from(predictions, (prediction, image) => (prediction === labels[image] ? 1 : 0));
}

function count(flags: Uint8Array): number {
  return flags.reduce((sum, flag) => sum + flag, 0);
}
