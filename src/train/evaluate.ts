import type { ConvNode, NetworkNode } from "../network/network.js";
import { fillBatch, type TrainingImages } from "./batches.js";
import { convolve, foldRepeatedChannel } from "./fused-layers.js";
import { activationLevels, weightLevels } from "./lsq.js";
import { inputId } from "./input-id.js";
import type { Tensor, Tensorflow } from "./tensorflow.js";

/** A network's values by tensor name, flat. */
export type NetworkValues = ReadonlyMap<string, Float32Array>;

/** What a network says of images. */
export interface Evaluation {
  /** [images × classes]. */
  logits: Float32Array;
  /** [images]: the class of the largest logit, the first where several are equal. */
  predictions: Uint8Array;
  correct: number;
}

/** Images a pass: enough to keep both cores busy, small enough for any machine. */
const evaluationBatch = 500;

/**
 * Runs a network on images with its moving statistics, in float, or `quantized` on integers as an ideal macro would:
 * integer weights and activations, so that convolution sums are exact, and one scale and offset a channel behind them.
 */
export function evaluate(
  engine: Tensorflow,
  nodes: readonly NetworkNode[],
  values: NetworkValues,
  images: TrainingImages,
  options: { quantized: boolean; mirrored?: boolean },
): Evaluation {
  const { tf } = engine;
  const { height, width, channels } = images.input;
  const prepared = prepare(engine, nodes, values, images.input.step, options.quantized);
  const logits = new Float32Array(images.count * images.classes);
  const mirrored = new Uint8Array(images.count).fill(options.mirrored ? 1 : 0);
  // Integers go in as pixel values; in float as pixel × step, as in training.
  const source = options.quantized ? { ...images, input: { ...images.input, step: 1 } } : images;
  for (let first = 0; first < images.count; first += evaluationBatch) {
    const count = Math.min(evaluationBatch, images.count - first);
    const pixels = new Float32Array(count * height * width * channels);
    fillBatch(
      source,
      Uint32Array.from({ length: count }, (_, slot) => first + slot),
      mirrored,
      pixels,
    );
    const scores = tf.tidy(() => {
      const batch = tf.tensor4d(pixels, [count, height, width, channels]);
      return prepared.run(batch).dataSync() as Float32Array;
    });
    logits.set(scores, first * images.classes);
  }
  prepared.dispose();
  return { logits, ...classify(logits, images) };
}

function classify(logits: Float32Array, images: TrainingImages): { predictions: Uint8Array; correct: number } {
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

/** One node as a function of its input tensor, with the step of one unit of its output. */
interface PreparedNode {
  node: NetworkNode;
  apply: (input: Tensor) => Tensor;
}

function prepare(
  engine: Tensorflow,
  nodes: readonly NetworkNode[],
  values: NetworkValues,
  inputStep: number,
  quantized: boolean,
): { run: (images: Tensor) => Tensor; dispose: () => void } {
  const { tf } = engine;
  const owned: Tensor[] = [];
  const own = <T extends Tensor>(tensor: T): T => {
    owned.push(tensor);
    return tensor;
  };
  const steps = new Map([[inputId, quantized ? inputStep : 1]]);
  const scalar = (name: string) => values.get(name)![0];

  /** The weights to compute with, and the real value of one of their units. */
  const weightsOf = (id: string, bits: number): { weights: Float32Array; step: number } => {
    const weights = values.get(`${id}.weight`)!;
    if (!quantized) return { weights, step: 1 };
    const step = scalar(`${id}.weight_step`);
    const { below, above } = weightLevels(bits);
    return { weights: weights.map((w) => Math.max(-below, Math.min(above, roundHalfEven(w / step)))), step };
  };

  /** Activations of real value `tensor` × `unit`, as integers of the node's own step where quantized. */
  const outputOf = (node: Exclude<NetworkNode, { op: "fc" }>, unit: number): ((tensor: Tensor) => Tensor) => {
    if (!quantized) return (tensor) => tensor;
    const step = scalar(`${node.id}.output_step`);
    steps.set(node.id, step);
    return (tensor) =>
      tf.clipByValue(tf.round(tf.mul(tensor, unit / step)), 0, activationLevels(node.outputBits).above);
  };

  const prepareConv = (node: ConvNode): ((input: Tensor) => Tensor) => {
    const { weights, step } = weightsOf(node.id, node.weightBits);
    const kernel = own(tf.tensor4d(weights, [node.kernel, node.kernel, node.inChannels, node.outChannels]));
    const affine = foldNorm(node, values);
    const unit = step * (steps.get(node.inputs[0]) ?? 1);
    const scale = own(tf.tensor1d(affine.scale.map((factor) => factor * unit)));
    const offset = own(tf.tensor1d(affine.offset));
    const output = outputOf(node, 1);
    return (input) =>
      output(
        tf.relu(
          tf.add(tf.mul(convolve(engine, node, input, foldRepeatedChannel(engine, kernel, input)), scale), offset),
        ),
      );
  };

  const prepareOne = (node: NetworkNode): ((input: Tensor) => Tensor) => {
    switch (node.op) {
      case "conv":
        return prepareConv(node);
      case "globalAveragePool": {
        const output = outputOf(node, steps.get(node.inputs[0]) ?? 1);
        return (input) => output(tf.mean(input, [1, 2]));
      }
      case "fc": {
        const { weights, step } = weightsOf(node.id, node.weightBits);
        const matrix = own(tf.tensor2d(weights, [node.inFeatures, node.outFeatures]));
        const bias = own(tf.tensor1d(values.get(`${node.id}.bias`)!));
        const unit = step * (steps.get(node.inputs[0]) ?? 1);
        return (input) => tf.add(tf.mul(tf.matMul(tf.reshape(input, [input.shape[0], -1]), matrix), unit), bias);
      }
    }
  };

  const chain: PreparedNode[] = nodes.map((node) => ({ node, apply: prepareOne(node) }));
  return {
    run: (images) => {
      const outputs = new Map<string, Tensor>([[inputId, images]]);
      let last = images;
      for (const { node, apply } of chain) {
        last = apply(outputs.get(node.inputs[0])!);
        outputs.set(node.id, last);
      }
      return last;
    },
    dispose: () => tf.dispose(owned),
  };
}

/** Batch normalization with moving statistics as a scale and an offset a channel, computed in double precision. */
function foldNorm(node: ConvNode, values: NetworkValues): { scale: number[]; offset: number[] } {
  const [gamma, beta, mean, variance] = ["gamma", "beta", "mean", "variance"].map((what) =>
    values.get(`${node.id}.bn.${what}`)!,
  );
  const scale = Array.from(gamma, (factor, channel) => factor / Math.sqrt(variance[channel] + node.batchNormEpsilon));
  return { scale, offset: scale.map((factor, channel) => beta[channel] - mean[channel] * factor) };
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
