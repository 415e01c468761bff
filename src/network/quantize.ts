import { NasError } from "../base/errors.js";
import type { AddNode, ConvNode, FcNode, GlobalAveragePoolNode, NetworkNode } from "./network.js";
import {
  highestWeight,
  type MatrixLayer,
  type QuantizedAdd,
  type QuantizedNetwork,
  type QuantizedNode,
  type QuantizedPool,
} from "./quantized-network.js";
import type { StoredNetwork } from "./read-network.js";
import { inferShapes } from "./shapes.js";
import type { Shape } from "./shape.js";

/**
 * Turns trained float tensors and LSQ step sizes into integers. Batch-norm, step sizes and the bias fold into one
 * multiplier and offset per channel; no weight changes by it.
 * @throws NAS_NETWORK_SHAPE where a layer is so large that its sums could leave 32 bits
 */
export function quantize(network: StoredNetwork): QuantizedNetwork {
  const { description } = network;
  const shapes = inferShapes(description);
  const grids = new Map<string, Grid>([["input", { step: description.input.step, bits: description.input.bits }]]);
  const nodes = description.nodes.map((node) => {
    const context: NodeContext = {
      network,
      inShape: shapes.get(node.inputs[0])!,
      inShapes: node.inputs.map((source) => shapes.get(source)!),
      outShape: shapes.get(node.id)!,
      inputs: node.inputs.map((source) => grids.get(source)!),
    };
    if (node.op === "pool" || node.op === "shortcut") grids.set(node.id, context.inputs[0]);
    else if (node.op !== "fc")
      grids.set(node.id, { step: scalar(network, `${node.id}.output_step`), bits: node.outputBits });
    assertSumsFit(node, context);
    return quantizeNode(node, context);
  });
  return { name: description.name, input: description.input, nodes };
}

/** What a node gives: the real value of one integer step, and the integers' bits. */
interface Grid {
  step: number;
  bits: number;
}

interface NodeContext {
  network: StoredNetwork;
  /** Of the first input. */
  inShape: Shape;
  /** Of all inputs. */
  inShapes: Shape[];
  outShape: Shape;
  inputs: readonly Grid[];
}

/** Sums are kept in 32 bits everywhere: the largest that inputs and weights allow must fit. */
function assertSumsFit(node: NetworkNode, { inShape, inputs: [input] }: NodeContext): void {
  // A sum of two bytes, in double precision; the others pass integers on.
  if (node.op === "add" || node.op === "pool" || node.op === "shortcut") return;
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
    case "add":
      return quantizeAdd(node, context);
    case "globalAveragePool":
      return quantizePool(node, context);
    case "pool": {
      const { id, op, inputs, kernel, stride, padding } = node;
      const { inShape, outShape } = context;
      return { id, op, source: inputs[0], inShape, outShape, kernel, stride, padding };
    }
    case "shortcut": {
      const { inShape, outShape } = context;
      return { id: node.id, op: node.op, source: node.inputs[0], inShape, outShape };
    }
    case "fc":
      return quantizeFc(node, context);
  }
}

function quantizeConv(node: ConvNode, { network, inShape, outShape, inputs: [input] }: NodeContext): MatrixLayer {
  const weightSteps = stepsOf(network, node.id, node.outChannels);
  const outputStep = scalar(network, `${node.id}.output_step`);
  const [gamma, beta, mean, variance] = ["gamma", "beta", "mean", "variance"].map((part) =>
    values(network, `${node.id}.bn.${part}`),
  );
  const multiplier = new Float64Array(node.outChannels);
  const offset = new Float64Array(node.outChannels);
  for (let channel = 0; channel < node.outChannels; channel++) {
    const slope = gamma[channel] / Math.sqrt(variance[channel] + node.batchNormEpsilon);
    multiplier[channel] = (slope * weightSteps[channel] * input.step) / outputStep;
    offset[channel] = (beta[channel] - mean[channel] * slope) / outputStep;
  }
  const rows = node.kernel ** 2 * node.inChannels;
  return {
    id: node.id,
    op: "conv",
    source: node.inputs[0],
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
    weights: integerWeights(values(network, `${node.id}.weight`), weightSteps, node.weightBits, rows),
    multiplier,
    offset,
    outputBits: node.outputBits,
    ...(node.activation === "none" ? { isSigned: true } : {}),
  };
}

function quantizeFc(node: FcNode, { network, inShape, outShape, inputs: [input] }: NodeContext): MatrixLayer {
  const weightSteps = stepsOf(network, node.id, node.outFeatures);
  return {
    id: node.id,
    op: "fc",
    source: node.inputs[0],
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
    weights: integerWeights(values(network, `${node.id}.weight`), weightSteps, node.weightBits, node.inFeatures),
    multiplier: Float64Array.from(weightSteps, (step) => step * input.step),
    offset: Float64Array.from(values(network, `${node.id}.bias`)),
  };
}

function quantizeAdd(node: AddNode, { network, inShapes, outShape, inputs: [a, b] }: NodeContext): QuantizedAdd {
  const outputStep = scalar(network, `${node.id}.output_step`);
  return {
    id: node.id,
    op: "add",
    sources: node.inputs,
    inShapes: [inShapes[0], inShapes[1]],
    outShape,
    multipliers: [a.step / outputStep, b.step / outputStep],
    outputBits: node.outputBits,
  };
}

function quantizePool(
  node: GlobalAveragePoolNode,
  { network, inShape, outShape, inputs: [input] }: NodeContext,
): QuantizedPool {
  const { id, op, outputBits } = node;
  const multiplier = input.step / (inShape.height * inShape.width) / scalar(network, `${id}.output_step`);
  return { id, op, source: node.inputs[0], inShape, outShape, multiplier, outputBits };
}

/** One step size of the weights for each output, also where all share it. */
function stepsOf(network: StoredNetwork, id: string, outputs: number): Float64Array {
  const steps = values(network, `${id}.weight_step`);
  return Float64Array.from({ length: outputs }, (_, output) => steps[steps.length === 1 ? 0 : output]);
}

/** round(clip(w / s)), ties to even, in float32 as training computed it; [rows × outputs] becomes [outputs × rows]. */
function integerWeights(weights: ArrayLike<number>, steps: Float64Array, bits: number, rows: number): Int16Array {
  const highest = highestWeight(bits);
  const outputs = steps.length;
  const integers = new Int16Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < outputs; output++) {
      const scaled = Math.fround(weights[row * outputs + output] / steps[output]);
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
