import { hashJson, sha256 } from "../../src/base/hash.js";
import { fractionsOf } from "../../src/record/accuracies.js";
import type { CodeComparison, LayerResult, RunDocument, TileUse } from "../../src/record/run-document.js";
import { resultHashOf } from "../../src/record/result-hash.js";
import { jobHashOf, type RunContents } from "../../src/record/run-contents.js";
import { accuracyOf, agreementOf, confusionMatrix, pairedDifference } from "../../src/record/statistics.js";

/**
 * A run document that is a test sample and no measurement: plausible in size and shape, consistent in itself (matrices, counts
 * and intervals agree), made from a fixed seed. `flipShare`: share of images on which the subject answers otherwise.
 */
export function sampleRunDocument(options: { seed?: number; images?: number; flipShare?: number } = {}): RunDocument {
  const { seed = 1, images = 10_000, flipShare = 0.045 } = options;
  const random = mulberry32(seed);
  const { labels, reference, subject } = samplePredictions(random, images, flipShare);
  const correct = (predictions: Uint8Array): Uint8Array =>
    predictions.map((each, image) => Number(each === labels[image]));
  const count = (flags: Uint8Array): number => flags.reduce((sum, flag) => sum + flag, 0);
  const subjectCorrect = correct(subject);
  const referenceCorrect = correct(reference);
  const layers = sampleLayers(random, Math.min(64, images));
  const tiles = sampleTiles(layers, random);
  const cells = layers.reduce((sum, layer) => sum + layer.cells, 0);
  const adcConversionsPerImage = layers.reduce((sum, layer) => sum + layer.adcConversionsPerImage, 0);
  const accuracies: RunDocument["accuracies"] = {
    float: { ...accuracyOf(Math.round(images * 0.9178), images), origin: "provenance" },
    integer: accuracyOf(Math.round(images * 0.9102), images),
    reference: accuracyOf(count(referenceCorrect), images),
    subject: accuracyOf(count(subjectCorrect), images),
  };
  const contents = sampleContents(seed, images);
  const document: RunDocument = {
    format: "nas4cim-run",
    version: 2,
    run: {
      id: "20260102-030405-test",
      startedAt: "2026-01-02T03:04:05.000Z",
      configHash: jobHashOf(contents),
      contents,
      networkHash: contents.network,
      dataFingerprint: contents.images,
      seed,
      subject: {
        name: "virtual-chip",
        driver: "simulator",
        kind: "virtual",
        chipId: "sample-chip-1",
        description: "test sample: simulated RRAM with write error and read noise",
      },
      reference: {
        name: "ideal",
        driver: "simulator",
        kind: "virtual",
        chipId: "ideal",
        description: "test sample: ideal cells, the same ADC",
      },
      resultHash: "",
      versions: { nas4cim: "0.0.0-sample", node: "v20.20.2" },
      host: { platform: "linux", arch: "x64", cpus: 2 },
      places: { config: "/bench/bench.config.json", network: "/bench/networks/sample" },
    },
    images,
    dataset: {
      name: "fashion-mnist",
      split: "test",
      selection: "full",
      officialCount: 10_000,
      location: "~/.cache/nas4cim/fashion-mnist",
    },
    network: { name: "sample-convnet", parameters: 28_362, macs: 4_412_480 },
    accuracy: fractionsOf(accuracies),
    accuracies,
    predictionHashes: { integer: sha256("sample"), reference: sha256(reference), subject: sha256(subject) },
    difference: pairedDifference(subjectCorrect, referenceCorrect),
    agreement: agreementOf(subject, reference, classNames.length),
    confusion: {
      classNames: [...classNames],
      subject: confusionMatrix(labels, subject, classNames.length),
      reference: confusionMatrix(labels, reference, classNames.length),
    },
    layers,
    hardware: {
      arrayRows: 128,
      arrayColumns: 128,
      arraysAvailable: 16,
      tiles: tiles.length,
      rounds: 1,
      cells,
      adcConversionsPerImage,
      utilisation: cells / (tiles.length * 128 * 128),
      adcBits: 8,
      cellBits: 2,
    },
    tiles,
    timing: {
      steps: [
        { step: "load", seconds: 0.412 },
        { step: "quantize", seconds: 0.038 },
        { step: "map", seconds: 0.021 },
        { step: "program", seconds: 0.874 },
        { step: "infer", seconds: 151.3 },
        { step: "compare", seconds: 12.6 },
        { step: "report", seconds: 0.9 },
      ],
      imagesPerSecond: (2 * images) / 151.3,
    },
  };
  document.run.resultHash = resultHashOf(document);
  return document;
}

/** What a sample run was made of. */
export function sampleContents(seed = 1, images = 100): RunContents {
  const macro = { driver: "simulator", code: "nas4cim 0.0.0-sample", options: hashJson({}), files: {} };
  return {
    network: hashJson("sample network"),
    images: hashJson(`sample data of ${images} images`),
    adcStepImages: hashJson("sample training images"),
    seed,
    subject: { ...macro, files: { calibration: hashJson("sample calibration") } },
    reference: macro,
  };
}

/** Labels and the answers of both macros, [images] each, values 0 … 9; what a real run keeps in its steps. */
export function samplePredictions(
  random: () => number,
  images: number,
  flipShare: number,
): { labels: Uint8Array; reference: Uint8Array; subject: Uint8Array } {
  const labels = Uint8Array.from({ length: images }, (_, image) => image % classNames.length);
  const mistaken = (label: number): number => confusable[label][Math.floor(random() * confusable[label].length)];
  const reference = labels.map((label) => (random() < errorShare[label] ? mistaken(label) : label));
  const subject = reference.map((answer) => (random() < flipShare ? mistaken(answer) : answer));
  return { labels, reference, subject };
}

/** Mulberry32: 32-bit generator for test samples only. Gives uniform numbers in [0, 1). */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const classNames = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
] as const;

const errorShare = [0.14, 0.02, 0.13, 0.08, 0.14, 0.03, 0.27, 0.04, 0.02, 0.04];

const confusable = [
  [6, 3, 2],
  [3, 2],
  [4, 6, 0],
  [0, 6, 4],
  [2, 6, 3],
  [7, 9],
  [0, 4, 2],
  [9, 5],
  [6, 0],
  [7, 5],
];

interface LayerShape {
  id: string;
  op: "conv" | "fc";
  rows: number;
  outputs: number;
  positions: number;
  noiseLsb: number;
}

const shapes: LayerShape[] = [
  { id: "conv1", op: "conv", rows: 25, outputs: 16, positions: 784, noiseLsb: 0.42 },
  { id: "conv2", op: "conv", rows: 144, outputs: 32, positions: 196, noiseLsb: 0.71 },
  { id: "conv3", op: "conv", rows: 288, outputs: 64, positions: 49, noiseLsb: 0.94 },
  { id: "fc", op: "fc", rows: 64, outputs: 10, positions: 1, noiseLsb: 0.58 },
];

const slices = 2;

function sampleLayers(random: () => number, images: number): LayerResult[] {
  return shapes.map((shape, index) => {
    const tiles = Math.ceil(shape.rows / 128) * Math.ceil((shape.outputs * slices * 2) / 128);
    const codes = sampleCodes(random, images, shape);
    return {
      id: shape.id,
      op: shape.op,
      rows: shape.rows,
      outputs: shape.outputs,
      slices,
      tiles,
      inputBits: index === 0 ? 8 : 4,
      weightBits: 4,
      cells: shape.rows * shape.outputs * slices * 2,
      adcConversionsPerImage: shape.positions * shape.outputs * slices * 4 * Math.ceil(shape.rows / 128),
      adcStepLevels: Array.from({ length: tiles }, () => (shape.rows > 100 ? 2 : 1)),
      codes,
      clippedShare: { subject: codes.clippedShare.subject * 1.02, reference: codes.clippedShare.reference * 1.02 },
    };
  });
}

/** Codes of a made-up layer: two-sided exponential reference codes, Gaussian errors, an 8-bit signed range. */
function sampleCodes(random: () => number, images: number, shape: LayerShape): CodeComparison {
  const draws = 20_000;
  const spread = 6 + shape.rows / 12;
  const pairs = new Map<string, number>();
  const errors: number[] = [];
  let squaredReference = 0;
  let clippedSubject = 0;
  let clippedReference = 0;
  for (let draw = 0; draw < draws; draw++) {
    const exact = Math.round(-Math.log(1 - random()) * spread * (random() < 0.45 ? -1 : 1));
    const reference = clip(exact);
    const subject = clip(exact + Math.round(gaussian(random) * shape.noiseLsb * (1 + Math.abs(exact) / 150)));
    if (reference !== exact) clippedReference++;
    if (subject === 127 || subject === -128) clippedSubject++;
    errors.push(subject - reference);
    squaredReference += reference * reference;
    const pair = `${reference},${subject}`;
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  const firstError = -8;
  const counts = new Array<number>(17).fill(0);
  for (const error of errors) counts[Math.min(16, Math.max(0, error - firstError))]++;
  const squared = errors.reduce((sum, error) => sum + error * error, 0);
  const frequent = [...pairs].sort(([, a], [, b]) => b - a).slice(0, 4000);
  return {
    images,
    codes: draws,
    rmseLsb: Math.sqrt(squared / draws),
    meanErrorLsb: errors.reduce((sum, error) => sum + error, 0) / draws,
    maxAbsErrorLsb: errors.reduce((most, error) => Math.max(most, Math.abs(error)), 0),
    nmse: squared / squaredReference,
    equalShare: errors.filter((error) => error === 0).length / draws,
    clippedShare: { subject: clippedSubject / draws, reference: clippedReference / draws },
    errorHistogram: { firstError, counts },
    scatter: {
      reference: frequent.map(([pair]) => Number(pair.split(",")[0])),
      subject: frequent.map(([pair]) => Number(pair.split(",")[1])),
      count: frequent.map(([, number]) => number),
    },
  };
}

function sampleTiles(layers: LayerResult[], random: () => number): TileUse[] {
  const tiles: TileUse[] = [];
  for (const layer of layers) {
    const columns = layer.outputs * layer.slices * 2;
    for (let row = 0; row < layer.rows; row += 128) {
      for (let column = 0; column < columns; column += 128) {
        tiles.push({
          tile: tiles.length,
          layer: layer.id,
          round: 0,
          array: tiles.length,
          rows: Math.min(128, layer.rows - row),
          columns: Math.min(128, columns - column),
          cellsOutOfTolerance: Math.floor(random() * 12),
        });
      }
    }
  }
  return tiles;
}

function clip(code: number): number {
  return Math.max(-128, Math.min(127, code));
}

/** A standard normal number by Box and Muller. */
function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
