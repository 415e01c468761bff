import type { NetworkNode } from "../../network/network.js";
import { fillBatch, type TrainingImages } from "../batches.js";
import { plainViews } from "../epoch-order.js";
import { type NetworkValues, prepareInference } from "./inference.js";
import type { Tensorflow } from "../../engine/tensorflow.js";

/** What a network says of images. */
export interface Evaluation {
  /** [images × classes]. */
  logits: Float32Array;
  /** What the classifier read, [images × features]. */
  features: Float32Array;
  /** [images]: the class of the largest logit, the first where several are equal. */
  predictions: Uint8Array;
  correct: number;
}

/** Images a pass: enough to keep both cores busy, small enough for any machine. */
const evaluationBatch = 500;

/** Runs a network on images, as they are or `mirrored`, in float or `quantized` on integers; see `prepareInference`. */
export function evaluate(
  engine: Tensorflow,
  nodes: readonly NetworkNode[],
  values: NetworkValues,
  images: TrainingImages,
  options: { quantized: boolean; analogWeights?: boolean; mirrored?: boolean },
): Evaluation {
  const { tf } = engine;
  const { height, width, channels, step } = images.input;
  const { quantized, analogWeights } = options;
  const inference = prepareInference(engine, nodes, values, { inputStep: step, quantized, analogWeights });
  const views = plainViews(images.count, options.mirrored);
  // Integers go in as pixel values; in float as pixel × step, as in training.
  const source = quantized ? { ...images, input: { ...images.input, step: 1 } } : images;
  const logits = new Float32Array(images.count * images.classes);
  let features = new Float32Array();
  for (let first = 0; first < images.count; first += evaluationBatch) {
    const count = Math.min(evaluationBatch, images.count - first);
    const pixels = new Float32Array(count * height * width * channels);
    const places = Uint32Array.from({ length: count }, (_, slot) => first + slot);
    fillBatch(source, places, views, pixels);
    const batch = tf.tidy(() => {
      const output = inference.run(tf.tensor4d(pixels, [count, height, width, channels]));
      return { logits: output.logits.dataSync(), features: output.features.dataSync() };
    });
    logits.set(batch.logits, first * images.classes);
    const featureCount = batch.features.length / count;
    if (first === 0) features = new Float32Array(images.count * featureCount);
    features.set(batch.features, first * featureCount);
  }
  inference.dispose();
  return { logits, features, ...classify(logits, images) };
}

/** The class of each image's largest logit, the first where several are equal, and how many of them are right. */
export function classify(
  logits: Float32Array,
  images: Pick<TrainingImages, "count" | "classes" | "labels">,
): { predictions: Uint8Array; correct: number } {
  const predictions = new Uint8Array(images.count);
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
