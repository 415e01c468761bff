import { inputId } from "../network/layer-graph.js";
import type { ConvNode, FcNode, NetworkNode } from "../network/network.js";
import { convolve, foldRepeatedChannel } from "../model/fused-layers.js";
import { integerWeights, stepOf } from "./integer-weights.js";
import { activationLevels, type LevelRange, signedActivationLevels } from "../model/lsq/lsq.js";
import { maxPool } from "../model/max-pool.js";
import { afterShortcut, fitForSum } from "../model/shortcut-layer.js";
import type { Tensor, Tensorflow } from "../engine/tensorflow.js";

/** A network's values by tensor name, flat. */
export type NetworkValues = ReadonlyMap<string, Float32Array>;

/** What a network gives for a batch; a type, because no interface fits where tensors are wanted by any name. */
export type InferenceOutput = {
  /** [batch, classes]. */
  logits: Tensor;
  /** What the classifier reads, [batch, features]. */
  features: Tensor;
};

/**
 * Takes images [batch, height, width, channels] through a network: pixel × step in float, pixels where quantized. A
 * function of the images alone, so that a graph can be recorded of it; call it inside `tf.tidy`.
 */
export type Inference = (images: Tensor) => InferenceOutput;

/** How to compute. */
export interface InferenceOptions {
  inputStep: number;
  /** On integers as an ideal macro would, else in float. */
  quantized: boolean;
  /** Quantized activations on weights as they are, off their grid: cells that missed their levels. */
  analogWeights?: boolean;
}

/**
 * Prepares a network to run in float, or `quantized` on integers as an ideal macro would: integer weights and activations,
 * so that convolution sums are exact, and one scale and offset a channel behind them.
 */
export function prepareInference(
  engine: Tensorflow,
  nodes: readonly NetworkNode[],
  values: NetworkValues,
  options: InferenceOptions,
): Inference {
  const preparing = new Preparing(engine, values, options);
  const chain = nodes.map((node) => ({ node, apply: preparing.node(node) }));
  return (images) => {
    const outputs = new Map<string, Tensor>([[inputId, images]]);
    let features = images;
    let logits = images;
    for (const { node, apply } of chain) {
      const inputs = node.inputs.map((id) => outputs.get(id)!);
      const output = apply(inputs);
      outputs.set(node.id, output);
      if (node.op !== "fc") continue;
      features = flat(engine, inputs[0]);
      logits = output;
    }
    return { logits, features };
  };
}

type Apply = (inputs: Tensor[]) => Tensor;

/** Turns nodes, in their order, into functions of their input tensors. */
class Preparing {
  readonly #engine: Tensorflow;
  readonly #values: NetworkValues;
  readonly #quantized: boolean;
  readonly #analogWeights: boolean;
  /** The real value of one unit of what each node gives. */
  readonly #units: Map<string, number>;

  constructor(engine: Tensorflow, values: NetworkValues, options: InferenceOptions) {
    this.#engine = engine;
    this.#values = values;
    this.#quantized = options.quantized;
    this.#analogWeights = options.analogWeights ?? false;
    this.#units = new Map([[inputId, options.quantized ? options.inputStep : 1]]);
  }

  node(node: NetworkNode): Apply {
    const { tf } = this.#engine;
    switch (node.op) {
      case "conv":
        return this.#conv(node);
      case "add": {
        const [first, second] = node.inputs.map((id) => this.#units.get(id)!);
        const finish = this.#finish(node.id, activationLevels(node.outputBits));
        return (inputs) => {
          const [a, b] = fitForSum(this.#engine, inputs[0], inputs[1]);
          return finish(tf.relu(tf.add(this.#inUnits(a, first), this.#inUnits(b, second))));
        };
      }
      case "pool":
        this.#units.set(node.id, this.#units.get(node.inputs[0])!);
        return ([input]) => maxPool(this.#engine, node, input);
      case "shortcut":
        this.#units.set(node.id, this.#units.get(node.inputs[0])!);
        return ([input]) => afterShortcut(this.#engine, node, input);
      case "globalAveragePool": {
        const unit = this.#units.get(node.inputs[0])!;
        const finish = this.#finish(node.id, activationLevels(node.outputBits));
        return ([input]) => finish(this.#inUnits(tf.mean(input, [1, 2]), unit));
      }
      case "fc":
        return this.#fc(node);
    }
  }

  #conv(node: ConvNode): Apply {
    const { tf } = this.#engine;
    const { weights, steps } = this.#weights(node);
    const norm = foldNorm(node, this.#values);
    const unit = this.#units.get(node.inputs[0])!;
    const scales = norm.scale.map((factor, channel) => factor * unit * stepOf(steps, channel));
    // In float the scale goes into the weights, which saves a pass over the map; integers must stay integers.
    const inKernel = this.#quantized ? weights : weights.map((weight, index) => weight * stepOf(scales, index));
    const isLinear = node.activation === "none";
    const levels = isLinear ? signedActivationLevels(node.outputBits) : activationLevels(node.outputBits);
    const finish = this.#finish(node.id, levels);
    return ([input]) => {
      const kernel = tf.tensor4d(inKernel, [node.kernel, node.kernel, node.inChannels, node.outChannels]);
      const sums = convolve(this.#engine, node, input, foldRepeatedChannel(this.#engine, kernel, input));
      const scaled = this.#quantized ? tf.mul(sums, tf.tensor1d(scales)) : sums;
      const normalized = tf.add(scaled, tf.tensor1d(norm.offset));
      return finish(isLinear ? normalized : tf.relu(normalized));
    };
  }

  #fc(node: FcNode): Apply {
    const { tf } = this.#engine;
    const { weights, steps } = this.#weights(node);
    const bias = this.#values.get(`${node.id}.bias`)!;
    const unit = this.#units.get(node.inputs[0])!;
    const units = Array.from({ length: node.outFeatures }, (_, output) => unit * stepOf(steps, output));
    return ([input]) => {
      const matrix = tf.tensor2d(weights, [node.inFeatures, node.outFeatures]);
      const sums = tf.matMul(flat(this.#engine, input), matrix);
      return tf.add(tf.mul(sums, tf.tensor1d(units)), tf.tensor1d(bias));
    };
  }

  /** The weights to compute with, and the real value of one of their units: one for all, or one a channel. */
  #weights(node: ConvNode | FcNode): { weights: Float32Array; steps: ArrayLike<number> } {
    if (this.#quantized && !this.#analogWeights) return integerWeights(node, this.#values);
    // Real weights are their own unit.
    return { weights: this.#values.get(`${node.id}.weight`)!, steps: [1] };
  }

  /** Real activations, as integers of the node's own step where quantized. */
  #finish(id: string, { below, above }: LevelRange): (activation: Tensor) => Tensor {
    const { tf } = this.#engine;
    if (!this.#quantized) {
      this.#units.set(id, 1);
      return (activation) => activation;
    }
    const step = this.#values.get(`${id}.output_step`)![0];
    this.#units.set(id, step);
    return (activation) => tf.clipByValue(tf.round(tf.mul(activation, 1 / step)), -below, above);
  }

  #inUnits(tensor: Tensor, unit: number): Tensor {
    return unit === 1 ? tensor : this.#engine.tf.mul(tensor, unit);
  }
}

function flat({ tf }: Tensorflow, input: Tensor): Tensor {
  return input.shape.length === 2 ? input : tf.reshape(input, [input.shape[0], -1]);
}

/** Batch normalization with moving statistics as a scale and an offset a channel, computed in double precision. */
export function foldNorm(node: ConvNode, values: NetworkValues): { scale: number[]; offset: number[] } {
  const [gamma, beta, mean, variance] = ["gamma", "beta", "mean", "variance"].map((what) =>
    values.get(`${node.id}.bn.${what}`)!,
  );
  const scale = Array.from(gamma, (factor, channel) => factor / Math.sqrt(variance[channel] + node.batchNormEpsilon));
  return { scale, offset: scale.map((factor, channel) => beta[channel] - mean[channel] * factor) };
}
