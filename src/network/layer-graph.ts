import type { Shape } from "./shape.js";

/**
 * A network as shapes alone, without weights: what a cost model or a search space speaks of. Nodes in topological order;
 * the name "input" stands for the image. Feature maps are height × width × channels. A network to train or to store is such
 * a graph, too, whose nodes say more (network.ts); `networkFromGraph` makes one of the other.
 */
export interface LayerGraph {
  name: string;
  input: Shape;
  nodes: readonly GraphNode[];
}

/** The name by which the first nodes of a graph take the image. */
export const inputId = "input";

export type GraphNode = GraphConv | GraphPool | GraphGlobalAveragePool | GraphShortcut | GraphAdd | GraphFc;

/** A square convolution; batch-norm and ReLU, which cost no array, are not told. */
export interface GraphConv {
  id: string;
  op: "conv";
  inputs: [string];
  /** Side of the square kernel. */
  kernel: number;
  stride: number;
  /** Zeros added at each side; kernel 5 with padding 2 keeps the size at stride 1. */
  padding: number;
  outChannels: number;
}

/** Pooling by a square window. */
export interface GraphPool {
  id: string;
  op: "pool";
  inputs: [string];
  kind: "average" | "max";
  kernel: number;
  stride: number;
  padding: number;
}

/** The mean of each channel over its whole map. */
export interface GraphGlobalAveragePool {
  id: string;
  op: "globalAveragePool";
  inputs: [string];
}

/**
 * A parameter-free shortcut by itself (He et al. 2016, option A): every stride-th pixel from the first on, and zero channels
 * beside the map's own; shortcut.ts tells where they stand. It is what an empty stage of a search space does.
 */
export interface GraphShortcut {
  id: string;
  op: "shortcut";
  inputs: [string];
  stride: number;
  /** Not fewer than come in. */
  outChannels: number;
}

/**
 * Element-wise sum of two or more maps. An input that is larger or has fewer channels than the sum is a parameter-free
 * shortcut: it is subsampled and padded with zero channels (He et al. 2016, option A).
 */
export interface GraphAdd {
  id: string;
  op: "add";
  inputs: string[];
}

export interface GraphFc {
  id: string;
  op: "fc";
  inputs: [string];
  outFeatures: number;
}
