/**
 * A network as shapes alone, without weights: what a cost model or a search space speaks of. Nodes in topological order;
 * the name "input" stands for the image. Feature maps are height × width × channels.
 */
export interface LayerGraph {
  name: string;
  input: { height: number; width: number; channels: number };
  nodes: GraphNode[];
}

export type GraphNode = GraphConv | GraphPool | GraphAdd | GraphFc;

/** A square convolution; batch-norm and ReLU, which cost no array, are not told. */
export interface GraphConv {
  id: string;
  op: "conv";
  inputs: [string];
  kernel: number;
  stride: number;
  padding: number;
  outChannels: number;
}

/** Pooling; a kernel as large as the map is global pooling. */
export interface GraphPool {
  id: string;
  op: "pool";
  inputs: [string];
  kind: "average" | "max";
  kernel: number;
  stride: number;
  padding: number;
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
