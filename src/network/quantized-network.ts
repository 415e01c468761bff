import type { NetworkDescription } from "./network.js";
import type { Shape, Window } from "./shape.js";

/** A network in integers, with real multipliers and offsets where sums become activations. */
export interface QuantizedNetwork {
  name: string;
  input: NetworkDescription["input"];
  nodes: QuantizedNode[];
}

export type QuantizedNode = MatrixLayer | QuantizedAdd | QuantizedPool | QuantizedMaxPool | QuantizedShortcut;

/** Activations [height × width × channels]: unsigned bytes, signed ones behind a layer with `isSigned`. */
export type FeatureMap = Uint8Array | Int8Array;

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
  /** Activations are clip(⌊sum × multiplier + offset + ½⌋) to `outputRange`; undefined: real logits leave the layer. */
  outputBits?: number;
  /** Whether the activations are signed, as of a convolution without ReLU; unsigned where absent. */
  isSigned?: boolean;
}

/** Sum of two maps a and b, with ReLU: clip(⌊a × multipliers[0] + b × multipliers[1] + ½⌋, 0, 2^outputBits − 1). */
export interface QuantizedAdd {
  id: string;
  op: "add";
  sources: [string, string];
  /** A map of another shape than the sum's is fitted first; see shortcut.ts. */
  inShapes: [Shape, Shape];
  outShape: Shape;
  multipliers: [number, number];
  outputBits: number;
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

/** The largest of each window and channel. */
export interface QuantizedMaxPool extends Window {
  id: string;
  op: "pool";
  source: string;
  inShape: Shape;
  outShape: Shape;
}

/** A map as shortcut.ts brings it to another shape, its integers as they are. */
export interface QuantizedShortcut {
  id: string;
  op: "shortcut";
  source: string;
  inShape: Shape;
  outShape: Shape;
}

/** Most positive integer of a symmetric signed weight: a differential pair holds ±0 … ±this. */
export function highestWeight(weightBits: number): number {
  return 2 ** (weightBits - 1) - 1;
}

/** Least and greatest integer that a node gives: 0 … 2^bits − 1, signed ±(2^(bits−1) − 1). */
export function outputRange(node: { outputBits?: number; isSigned?: boolean }): { lowest: number; highest: number } {
  const bits = node.outputBits!;
  if (!node.isSigned) return { lowest: 0, highest: 2 ** bits - 1 };
  const highest = 2 ** (bits - 1) - 1;
  return { lowest: -highest, highest };
}

/** The nodes with weights, in order: they go onto arrays, all others are digital. */
export function matrixLayers<Node extends { op: string }>(network: {
  nodes: readonly Node[];
}): Extract<Node, { op: "conv" | "fc" }>[] {
  return network.nodes.filter(
    (node): node is Extract<Node, { op: "conv" | "fc" }> => node.op === "conv" || node.op === "fc",
  );
}

/** The nodes that a node reads. */
export function sourcesOf(node: QuantizedNode): readonly string[] {
  return node.op === "add" ? node.sources : [node.source];
}

/** What a layer or pooling reads of the activations so far. Never signed: checkNetwork lets sums alone take signed maps. */
export function inputOf(
  node: Exclude<QuantizedNode, QuantizedAdd>,
  activations: ReadonlyMap<string, FeatureMap>,
): Uint8Array | undefined {
  return activations.get(node.source) as Uint8Array | undefined;
}
