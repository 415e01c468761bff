import type { NetworkNode } from "../network/network.js";
import type { Labels } from "../data/labelled-images.js";
import { fillBatch, type TrainingImages } from "../model/batches.js";
import { type ImageViews, plainViews } from "../model/image-views.js";
import {
  type Inference,
  type InferenceOptions,
  type InferenceOutput,
  type NetworkValues,
  prepareInference,
} from "./inference.js";
import { asGraph, type RecordedGraph, type Tensor, type Tensorflow } from "../engine/tensorflow.js";

/** What a network says of images. */
export interface Evaluation {
  /** [images × classes]. */
  logits: Float32Array;
  /** What the classifier read, [images × features]. */
  features: Float32Array;
  /** [images]: the class of the largest logit, the first where several are equal. */
  predictions: Labels;
  correct: number;
}

/** Images a pass: enough to keep both cores busy, small enough for any machine. */
const evaluationBatch = 500;

/** As many passes pay for recording a graph, which costs about one. */
const passesForGraph = 4;

/** How to judge, and of how many images in all, as far as is known: for many a graph is recorded. */
export interface EvaluatorOptions extends InferenceOptions {
  expectedImages: number;
}

/** A network ready to be asked about images, in float or `quantized` on integers; see `prepareInference`. */
export class Evaluator {
  readonly #engine: Tensorflow;
  readonly #quantized: boolean;
  readonly #inference: Inference;
  /** Of whole batches; absent where it would not pay. */
  readonly #graph: RecordedGraph<{ images: Tensor }, InferenceOutput> | undefined;

  constructor(
    engine: Tensorflow,
    nodes: readonly NetworkNode[],
    values: NetworkValues,
    { expectedImages, ...options }: EvaluatorOptions,
  ) {
    this.#engine = engine;
    this.#quantized = options.quantized;
    this.#inference = prepareInference(engine, nodes, values, options);
    if (expectedImages >= passesForGraph * evaluationBatch) {
      // Sums of integers must stay integers.
      this.#graph = asGraph(engine, ({ images }) => this.#inference(images), { exact: options.quantized });
    }
  }

  /** What the network says of images in its input shape, as they are or `mirrored`. */
  evaluate(images: TrainingImages, { mirrored }: { mirrored?: boolean } = {}): Evaluation {
    const views = plainViews(images.count, mirrored);
    // Integers go in as pixel values; in float as pixel × step, as in training.
    const source = this.#quantized ? { ...images, input: { ...images.input, step: 1 } } : images;
    const logits = new Float32Array(images.count * images.classes);
    let features = new Float32Array();
    for (let first = 0; first < images.count; first += evaluationBatch) {
      const count = Math.min(evaluationBatch, images.count - first);
      const batch = this.#pass(source, first, count, views);
      logits.set(batch.logits, first * images.classes);
      const featureCount = batch.features.length / count;
      if (first === 0) features = new Float32Array(images.count * featureCount);
      features.set(batch.features, first * featureCount);
    }
    return { logits, features, ...classify(logits, images) };
  }

  /** Frees what it holds. */
  dispose(): void {
    this.#graph?.dispose();
  }

  #pass(source: TrainingImages, first: number, count: number, views: ImageViews) {
    const { tf } = this.#engine;
    const { height, width, channels } = source.input;
    const pixels = new Float32Array(count * height * width * channels);
    const places = Uint32Array.from({ length: count }, (_, slot) => first + slot);
    fillBatch(source, places, views, pixels);
    return tf.tidy(() => {
      const images: Tensor = tf.tensor4d(pixels, [count, height, width, channels]);
      // A graph is for one number of images: what is left over at the end goes without.
      const graph = count === evaluationBatch ? this.#graph : undefined;
      const output = graph ? graph.run({ images }) : this.#inference(images);
      return { logits: output.logits.dataSync(), features: output.features.dataSync() };
    });
  }
}

/** Runs a network on images, as they are or `mirrored`, in float or `quantized` on integers; see `prepareInference`. */
export function evaluate(
  engine: Tensorflow,
  nodes: readonly NetworkNode[],
  values: NetworkValues,
  images: TrainingImages,
  options: { quantized: boolean; analogWeights?: boolean; mirrored?: boolean },
): Evaluation {
  const { mirrored, ...rest } = options;
  const inputStep = images.input.step;
  const evaluator = new Evaluator(engine, nodes, values, { ...rest, inputStep, expectedImages: images.count });
  try {
    return evaluator.evaluate(images, { mirrored });
  } finally {
    evaluator.dispose();
  }
}

/** The class of each image's largest logit, the first where several are equal, and how many of them are right. */
export function classify(
  logits: Float32Array,
  images: Pick<TrainingImages, "count" | "classes" | "labels">,
): { predictions: Labels; correct: number } {
  const predictions = images.classes > 256 ? new Uint16Array(images.count) : new Uint8Array(images.count);
  let correct = 0;
  for (let image = 0; image < images.count; image++) {
    const scores = logits.subarray(image * images.classes, (image + 1) * images.classes);
    let best = 0;
    for (let label = 1; label < scores.length; label++) if (scores[label] > scores[best]) best = label;
    predictions[image] = best;
    if (best === images.labels[image]) correct++;
  }
  return { predictions, correct };
}
