import type { GraphAdd, GraphConv, GraphFc, GraphGlobalAveragePool, GraphPool, GraphShortcut } from "./layer-graph.js";

/**
 * A network as it is trained and stored: a graph of nodes in topological order and float32 tensors beside it.
 *
 * On disk it is a folder with two files: `network.json` (this description, format "nas4cim-network", version 1) and
 * `weights.safetensors`. Feature maps are height × width × channels (channels last); convolution weights are
 * [kernel, kernel, inChannels, outChannels], fully connected weights [inFeatures, outFeatures].
 *
 * Tensors by node:
 * - conv: `<id>.weight`; `<id>.bn.gamma`, `.bn.beta`, `.bn.mean`, `.bn.variance` ([outChannels]); `<id>.weight_step` [1],
 *   or [outChannels] where `weightStepPer` is "channel"; `<id>.output_step` [1]. It computes
 *   clip(round(ReLU(BN(conv(x))) / output_step), 0, 2^bits − 1); with `activation` "none" it has no ReLU and gives signed
 *   integers, clip(round(BN(conv(x)) / output_step), −(2^(bits−1)−1), 2^(bits−1)−1), which only an add can take: a macro's
 *   DACs feed unsigned inputs.
 * - add: `<id>.output_step` [1]. The sum of two maps, clip(round(ReLU(a + b) / output_step), 0, 2^bits − 1); a larger map, or one
 *   of fewer channels, comes to the sum's shape without parameters, as shortcut.ts tells.
 * - globalAveragePool: `<id>.output_step` [1]. It computes clip(round(mean(x) / output_step), 0, 2^bits − 1).
 * - shortcut and pool (max): none. They pass integers on, with the step size and the bits of what they read.
 * - fc: `<id>.weight`, `<id>.bias` ([outFeatures]), `<id>.weight_step` [1] or [outFeatures]. Its output is the logits, not quantized.
 * A step size is LSQ's s (Esser et al., ICLR 2020): the real value of one integer step; all are > 0.
 */
export interface NetworkDescription {
  format: "nas4cim-network";
  version: 1;
  name: string;
  input: InputDescription;
  /** In topological order; the last one is the classifier. */
  nodes: NetworkNode[];
  provenance: NetworkProvenance;
}

/** How a data set's image becomes the first feature map: zero padding, channel repetition, pixel × step. */
export interface InputDescription {
  height: number;
  width: number;
  channels: number;
  /** Unsigned bits of a pixel: the integers 0 … 2^bits − 1 go onto the DACs as they are. */
  bits: number;
  /** Real value of one pixel step, for example 1/255. */
  step: number;
}

export interface ConvNode extends GraphConv {
  inChannels: number;
  /** Bits of the signed weights; b bits give the symmetric levels −(2^(b−1)−1) … 2^(b−1)−1, 15 of them at 4 bits. */
  weightBits: number;
  /** What one step size of the weights serves: the whole layer, where absent, or one output channel. */
  weightStepPer?: WeightStepPer;
  /** "none": no ReLU, for a map that goes into an add. "relu" where absent. */
  activation?: "relu" | "none";
  /** Bits of the activations that leave the node: unsigned after ReLU, else signed. */
  outputBits: number;
  /** Added to the batch variance before the square root. */
  batchNormEpsilon: number;
}

/** The element-wise sum of two maps, with ReLU: where a residual block ends. Digital: it takes no array. */
export interface AddNode extends GraphAdd {
  inputs: [string, string];
  /** Unsigned bits of the sum's activations. */
  outputBits: number;
}

export interface GlobalAveragePoolNode extends GraphGlobalAveragePool {
  /** Unsigned bits of the means. */
  outputBits: number;
}

/** The largest of each window, per channel; of activations that are not signed, so that padding's zeros do not matter. */
export interface MaxPoolNode extends GraphPool {
  kind: "max";
}

/** Digital: it takes no array, and its zero channels take rows of the next one. */
export type ShortcutNode = GraphShortcut;

export interface FcNode extends GraphFc {
  inFeatures: number;
  weightBits: number;
  /** As of a convolution; a channel is an output here. */
  weightStepPer?: WeightStepPer;
}

/** Weights of a layer that share one step size of LSQ. */
export type WeightStepPer = "layer" | "channel";

export type NetworkNode = ConvNode | AddNode | GlobalAveragePoolNode | MaxPoolNode | ShortcutNode | FcNode;

/** Where the weights come from; all that is needed to make them again. */
export interface NetworkProvenance {
  /** One line for a person: what this is. */
  summary: string;
  /** The command that made the weights. */
  command: string;
  /** The recipe's content hash and seed; SHA-256 of the training images and labels. */
  recipeHash: string;
  seed: number;
  dataSha256: string;
  /** What those images are, where they are not the official ones: "5,085 of the 50,000 official training images". */
  dataCaveat?: string;
  /** name -> version of what took part: node, nas4cim, and the packages of the training engine. */
  versions: Record<string, string>;
  /** ISO date. */
  trainedOn: string;
  /**
   * What the network reached in float before quantization, on a whole test set, with its prediction for every image
   * (tensor `float_predictions`, U8, or I32 where there are more than 256 classes, [images], in the set's order), so that a run on a subset can quote the float
   * accuracy on the very same images.
   */
  float?: { testSetFingerprint: string; images: number; correct: number };
}
