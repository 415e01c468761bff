import { setImmediate } from "node:timers/promises";
import { throwIfAborted } from "../base/errors.js";
import { packageVersion } from "../base/paths.js";
import type { JobContext } from "../base/progress.js";
import type { DatasetName, Labels, LabelledImages, Split } from "../data/labelled-images.js";
import { loadDataset } from "../data/load-dataset.js";
import { type ImageSelection, selectImages } from "../data/select-images.js";
import { assertBelongTogether } from "./belong-together.js";
import { assertTellsApart } from "../network/classes.js";
import { readNetwork, type StoredNetwork } from "../network/read-network.js";
import { countMacs, countParameters } from "../network/matrices.js";
import type { Accuracy } from "../record/run-document.js";
import { accuracyOf } from "../record/statistics.js";
import { type TrainingImages, trainingImages } from "../model/batches.js";
import { classify, Evaluator } from "./evaluate.js";
import type { Arithmetic, ArithmeticResult, EvaluationDocument, WeightNoiseResult } from "./evaluation-document.js";
import type { NetworkValues } from "./inference.js";
import { snapWeights } from "./integer-weights.js";
import { noisyWeights } from "../model/noise/weight-noise.js";
import { compareWithStored, notesOn, storedPredictions } from "./stored-predictions.js";
import { loadTensorflow, type Tensorflow } from "../engine/tensorflow.js";

/** Which network, which images, and how to compute. */
export interface EvaluationRequest {
  networkFolder: string;
  dataset: DatasetName;
  /** Folder of the data set; without it, it is looked for as everywhere else. */
  dataPath?: string;
  split: Split;
  images: ImageSelection;
  arithmetics: readonly Arithmetic[];
  /** Also by the mean of the logits of each image and its mirror image. */
  mirror: boolean;
  weightNoise?: WeightNoise;
}

/** Gaussian noise on the weights: `draws` times, of standard deviation `relativeSigma` × the layer's largest |w|. */
export interface WeightNoise {
  relativeSigma: number;
  seed: number;
  draws: number;
}

/**
 * What a stored network says of images, through the training engine: no tiles, no converters, no macro. It learns nothing.
 * @throws NAS_TRAIN_TENSORFLOW, NAS_NETWORK_MISMATCH, NAS_DATA_SELECTION, NAS_INTERRUPTED; the readers' errors
 */
export async function evaluateNetwork(request: EvaluationRequest, context: JobContext): Promise<EvaluationDocument> {
  const { networkFolder, dataset, split, dataPath: path } = request;
  const network = readNetwork(networkFolder);
  assertBelongTogether(network.description, dataset);
  const engine = await loadTensorflow();
  if (engine.caveat) context.log?.(engine.caveat);
  const side = network.description.input.height;
  const whole = await loadDataset({ dataset, split, path, side }, context);
  assertTellsApart(network.description, whole.classNames.length, dataset);
  const images = selectImages(whole, request.images, context.log);
  const answers = storedPredictions(networkFolder, network, whole);
  const work = new Evaluating(engine, network, images, request, context);
  const results: ArithmeticResult[] = [];
  for (const arithmetic of request.arithmetics) {
    const { predictions, ...result } = await work.result(arithmetic);
    const stored = answers[arithmetic] && compareWithStored(answers[arithmetic], predictions, images);
    results.push({ ...result, ...(stored && { stored }) });
  }
  const { description } = network;
  const { officialCount, location, caveat } = images.source;
  return {
    format: "nas4cim-evaluation",
    version: 1,
    network: {
      name: description.name,
      folder: networkFolder,
      hash: network.hash,
      parameters: countParameters(description),
      macs: countMacs(description),
    },
    dataset: {
      name: dataset,
      split,
      selection: String(request.images),
      officialCount,
      location,
      ...(caveat === undefined ? {} : { caveat }),
      fingerprint: images.fingerprint,
    },
    images: images.count,
    results,
    notes: notesOn(description.provenance, whole, results),
    versions: { nas4cim: packageVersion(), node: process.version, ...engine.versions },
  };
}

/** Images between two looks at the signal and two steps of progress. */
const chunkImages = 1000;

/** One network on one selection of images, and how far that is. */
class Evaluating {
  readonly #engine: Tensorflow;
  readonly #network: StoredNetwork;
  readonly #source: LabelledImages;
  readonly #images: TrainingImages;
  readonly #values: NetworkValues;
  readonly #request: EvaluationRequest;
  readonly #context: JobContext;

  constructor(
    engine: Tensorflow,
    network: StoredNetwork,
    images: LabelledImages,
    request: EvaluationRequest,
    context: JobContext,
  ) {
    this.#engine = engine;
    this.#network = network;
    this.#source = images;
    this.#images = trainingImages(images, network.description);
    this.#values = new Map(
      [...network.tensors].flatMap(([name, { dtype, data }]) => (dtype === "F32" ? [[name, data] as const] : [])),
    );
    this.#request = request;
    this.#context = context;
  }

  async result(arithmetic: Arithmetic): Promise<ArithmeticResult & { predictions: Labels }> {
    const { mirror, weightNoise } = this.#request;
    const quantized = arithmetic === "integer";
    const logits = await this.#logits(arithmetic, this.#values, { quantized });
    const { predictions, correct } = classify(logits, this.#images);
    return {
      arithmetic,
      accuracy: accuracyOf(correct, this.#images.count),
      classes: this.#byClass(predictions),
      ...(mirror ? { testTimeFlip: await this.#withFlip(arithmetic, logits) } : {}),
      ...(weightNoise ? { weightNoise: await this.#withNoise(arithmetic, weightNoise) } : {}),
      predictions,
    };
  }

  #byClass(predictions: Labels): ArithmeticResult["classes"] {
    const { labels, classNames } = this.#source;
    return classNames.map((name, label) => {
      const places = [...labels.keys()].filter((place) => labels[place] === label);
      const right = places.filter((place) => predictions[place] === label);
      return { name, images: places.length, ...accuracyOf(right.length, places.length) };
    });
  }

  async #withFlip(arithmetic: Arithmetic, plain: Float32Array): Promise<Accuracy> {
    const options = { quantized: arithmetic === "integer", mirrored: true };
    const mirrored = await this.#logits(`${arithmetic}, mirrored`, this.#values, options);
    // Halving both would not move the largest.
    const sums = plain.map((logit, index) => logit + mirrored[index]);
    return accuracyOf(classify(sums, this.#images).correct, this.#images.count);
  }

  async #withNoise(arithmetic: Arithmetic, noise: WeightNoise): Promise<WeightNoiseResult> {
    const { nodes } = this.#network.description;
    const quantized = arithmetic === "integer";
    // On integers the noise is the cells': it lies on the levels, and nothing rounds it away afterwards.
    const values = quantized ? snapWeights(this.#values, nodes) : this.#values;
    const draws: Accuracy[] = [];
    for (let draw = 0; draw < noise.draws; draw++) {
      const noisy = noisyWeights(values, nodes, noise.relativeSigma, ["weight noise", noise.seed, draw]);
      const label = `${arithmetic}, weight noise ${draw + 1} of ${noise.draws}`;
      const logits = await this.#logits(label, noisy, { quantized, analogWeights: quantized });
      draws.push(accuracyOf(classify(logits, this.#images).correct, this.#images.count));
    }
    const { relativeSigma, seed } = noise;
    return { relativeSigma, seed, draws, ...spreadOf(draws.map(({ fraction }) => fraction)) };
  }

  /** [images × classes]. */
  async #logits(
    label: string,
    values: NetworkValues,
    options: { quantized: boolean; analogWeights?: boolean; mirrored?: boolean },
  ): Promise<Float32Array> {
    const { count: expectedImages, input } = this.#images;
    const { mirrored, ...how } = options;
    const { nodes } = this.#network.description;
    const evaluator = new Evaluator(this.#engine, nodes, values, { ...how, inputStep: input.step, expectedImages });
    try {
      return await this.#logitsBy(evaluator, label, mirrored);
    } finally {
      evaluator.dispose();
    }
  }

  async #logitsBy(evaluator: Evaluator, label: string, mirrored?: boolean): Promise<Float32Array> {
    const { count, classes } = this.#images;
    const { signal, progress } = this.#context;
    const logits = new Float32Array(count * classes);
    for (let first = 0; first < count; first += chunkImages) {
      progress?.({ label, done: first, total: count, unit: "images" });
      // Lets signals and timers in: a chunk itself is synchronous.
      await setImmediate();
      throwIfAborted(signal);
      const chunk = part(this.#images, first, Math.min(chunkImages, count - first));
      logits.set(evaluator.evaluate(chunk, { mirrored }).logits, first * classes);
    }
    progress?.({ label, done: count, total: count, unit: "images" });
    return logits;
  }
}

/** `count` images from `first` on, without a copy. */
function part(images: TrainingImages, first: number, count: number): TrainingImages {
  const { height, width, channels } = images.input;
  const imageBytes = height * width * channels;
  return {
    ...images,
    count,
    bytes: images.bytes.subarray(first * imageBytes, (first + count) * imageBytes),
    labels: images.labels.subarray(first, first + count),
  };
}

/** Mean of shares and, for more than one, their sample standard deviation. */
export function spreadOf(shares: readonly number[]): Pick<WeightNoiseResult, "meanFraction" | "standardDeviation"> {
  const meanFraction = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  if (shares.length < 2) return { meanFraction };
  const squares = shares.reduce((sum, share) => sum + (share - meanFraction) ** 2, 0);
  return { meanFraction, standardDeviation: Math.sqrt(squares / (shares.length - 1)) };
}
