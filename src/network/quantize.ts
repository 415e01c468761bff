import { NasError } from "../base/errors.js";
import type { ConvNode, FcNode, GlobalAveragePoolNode, NetworkDescription, NetworkNode } from "./network.js";
import type { StoredNetwork } from "./read-network.js";
import { inferShapes, type Shape } from "./shapes.js";

/** A network in integers, with one real multiplier and offset per channel where a layer's sums become activations. */
export interface QuantizedNetwork {
  name: string;
  input: NetworkDescription["input"];
  nodes: QuantizedNode[];
}

export type QuantizedNode = MatrixLayer | QuantizedPool;

/** A convolution or fully connected layer as a matrix: rows (ky, kx, channel) by outputs. */
export interface MatrixLayer {
  id: string;
  op: "conv" | "fc";
  source: string;
  inShape: Shape;
  outShape: Shape;
  /** conv: the geometry. fc: kernel = the whole input, stride 1, no padding. */
  kernelHeight: number;
  kernelWidth: number;
  stride: number;
  padding: number;
  rows: number;
  outputs: number;
  inputBits: number;
  weightBits: number;
  /** [outputs × rows], symmetric: −(2^(weightBits−1)−1) … +(2^(weightBits−1)−1). */
  weights: Int16Array;
  /** Real value of an accumulated integer: sum × multiplier + offset, [outputs] each. */
  multiplier: Float64Array;
  offset: Float64Array;
  /** Activations are clip(⌊sum × multiplier + offset + ½⌋, 0, 2^outputBits − 1); undefined: real logits leave the layer. */
  outputBits?: number;
}

/** Global average pooling: clip(⌊(sum of the map) × multiplier + ½⌋, 0, 2^outputBits − 1). */
export interface QuantizedPool {
  id: string;
  op: "globalAveragePool";
  source: string;
  inShape: Shape;
  outShape: Shape;
  multiplier: number;
  outputBits: number;
}

/** Most positive integer of a symmetric signed weight: a differential pair holds ±0 … ±this. */
export function highestWeight(weightBits: number): number {
  return 2 ** (weightBits - 1) - 1;
}

/**
 * Turns trained float tensors and LSQ step sizes into integers. Batch-norm, step sizes and the bias fold into one
 * multiplier and offset per channel; no weight changes by it.
 * @throws NAS_NETWORK_SHAPE where a layer is so large that its sums could leave 32 bits
 */
export function quantize(network: StoredNetwork): QuantizedNetwork {
  const { description } = network;
  const shapes = inferShapes(description);
  /** Real value of one activation step, and bits, of what each node gives. */
  const grids = new Map([["input", { step: description.input.step, bits: description.input.bits }]]);
  const nodes = description.nodes.map((node) => {
    const [source] = node.inputs;
    const context: NodeContext = {
      network,
      source,
      inShape: shapes.get(source)!,
      outShape: shapes.get(node.id)!,
      input: grids.get(source)!,
    };
    if (node.op !== "fc")
      grids.set(node.id, { step: scalar(network, `${node.id}.output_step`), bits: node.outputBits });
    assertSumsFit(node, context);
    return quantizeNode(node, context);
  });
  return { name: description.name, input: description.input, nodes };
}

interface NodeContext {
  network: StoredNetwork;
  source: string;
  inShape: Shape;
  outShape: Shape;
  input: { step: number; bits: number };
}

/** Sums are kept in 32 bits everywhere: the largest that inputs and weights allow must fit. */
function assertSumsFit(node: NetworkNode, { inShape, input }: NodeContext): void {
  const positions = inShape.height * inShape.width;
  const terms =
    node.op === "conv" ? node.kernel ** 2 * inShape.channels : node.op === "fc" ? node.inFeatures : positions;
  const largest =
    terms * (2 ** input.bits - 1) * (node.op === "globalAveragePool" ? 1 : highestWeight(node.weightBits));
  if (largest < 2 ** 31) return;
  throw new NasError(
    "NAS_NETWORK_SHAPE",
    `node "${node.id}" (${node.op}) adds up to ${largest}, 32 bits hold ${2 ** 31 - 1}`,
    {
      hint: "use fewer inputs, or fewer bits of weights and activations",
      context: { node: node.id, largest },
    },
  );
}

function quantizeNode(node: NetworkNode, context: NodeContext): QuantizedNode {
  switch (node.op) {
    case "conv":
      return quantizeConv(node, context);
    case "globalAveragePool":
      return quantizePool(node, context);
    case "fc":
      return quantizeFc(node, context);
  }
}

function quantizeConv(node: ConvNode, { network, source, inShape, outShape, input }: NodeContext): MatrixLayer {
  const weightStep = scalar(network, `${node.id}.weight_step`);
  const outputStep = scalar(network, `${node.id}.output_step`);
  const [gamma, beta, mean, variance] = ["gamma", "beta", "mean", "variance"].map((part) =>
    values(network, `${node.id}.bn.${part}`),
  );
  const multiplier = new Float64Array(node.outChannels);
  const offset = new Float64Array(node.outChannels);
  for (let channel = 0; channel < node.outChannels; channel++) {
    const slope = gamma[channel] / Math.sqrt(variance[channel] + node.batchNormEpsilon);
    multiplier[channel] = (slope * weightStep * input.step) / outputStep;
    offset[channel] = (beta[channel] - mean[channel] * slope) / outputStep;
  }
  const rows = node.kernel ** 2 * node.inChannels;
  return {
    id: node.id,
    op: "conv",
    source,
    inShape,
    outShape,
    kernelHeight: node.kernel,
    kernelWidth: node.kernel,
    stride: node.stride,
    padding: node.padding,
    rows,
    outputs: node.outChannels,
    inputBits: input.bits,
    weightBits: node.weightBits,
    weights: integerWeights(values(network, `${node.id}.weight`), weightStep, node.weightBits, rows, node.outChannels),
    multiplier,
    offset,
    outputBits: node.outputBits,
  };
}

function quantizeFc(node: FcNode, { network, source, inShape, outShape, input }: NodeContext): MatrixLayer {
  const weightStep = scalar(network, `${node.id}.weight_step`);
  return {
    id: node.id,
    op: "fc",
    source,
    inShape,
    outShape,
    kernelHeight: inShape.height,
    kernelWidth: inShape.width,
    stride: 1,
    padding: 0,
    rows: node.inFeatures,
    outputs: node.outFeatures,
    inputBits: input.bits,
    weightBits: node.weightBits,
    weights: integerWeights(
      values(network, `${node.id}.weight`),
      weightStep,
      node.weightBits,
      node.inFeatures,
      node.outFeatures,
    ),
    multiplier: new Float64Array(node.outFeatures).fill(weightStep * input.step),
    offset: Float64Array.from(values(network, `${node.id}.bias`)),
  };
}

function quantizePool(
  node: GlobalAveragePoolNode,
  { network, source, inShape, outShape, input }: NodeContext,
): QuantizedPool {
  const multiplier = input.step / (inShape.height * inShape.width) / scalar(network, `${node.id}.output_step`);
  return { id: node.id, op: "globalAveragePool", source, inShape, outShape, multiplier, outputBits: node.outputBits };
}

/** round(clip(w / s)), ties to even, in float32 as training computed it; [rows × outputs] becomes [outputs × rows]. */
function integerWeights(
  weights: ArrayLike<number>,
  step: number,
  bits: number,
  rows: number,
  outputs: number,
): Int16Array {
  const highest = highestWeight(bits);
  const integers = new Int16Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < outputs; output++) {
      const scaled = Math.fround(weights[row * outputs + output] / step);
      integers[output * rows + row] = Math.max(-highest, Math.min(highest, roundHalfEven(scaled)));
    }
  }
  return integers;
}

/** Rounds to the nearest integer, halves to the even one, as TensorFlow and PyTorch do. */
export function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

function values(network: StoredNetwork, name: string): ArrayLike<number> {
  return network.tensors.get(name)!.data;
}

function scalar(network: StoredNetwork, name: string): number {
  return values(network, name)[0];
}
