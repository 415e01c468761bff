import { NasError } from "../base/errors.js";
import type { GraphAdd, GraphConv, GraphNode, GraphPool, LayerGraph } from "./layer-graph.js";
import { sumShape } from "./shortcut.js";
import { type Shape, windowPlaces } from "./shape.js";

/**
 * The shape that leaves each node of a graph (and "input"), in order.
 * @throws NAS_NETWORK_SHAPE where a node does not fit what it is fed, a number is out of range or an id is taken
 */
export function inferGraphShapes(graph: LayerGraph): Map<string, Shape> {
  const { height, width, channels } = graph.input;
  for (const [name, value] of Object.entries(graph.input)) {
    if (!isCount(value)) refuse(graph, undefined, `its input's ${name} is ${value}`, { [name]: value });
  }
  const shapes = new Map<string, Shape>([["input", { height, width, channels }]]);
  for (const node of graph.nodes) {
    if (shapes.has(node.id)) refuse(graph, node, "the id is taken by an earlier node", {});
    const fed = node.inputs.map((source) => {
      const shape = shapes.get(source);
      if (!shape) refuse(graph, node, `its input "${source}" is no earlier node`, { source });
      return shape;
    });
    shapes.set(node.id, shapeAfter(graph, node, fed));
  }
  return shapes;
}

function shapeAfter(graph: LayerGraph, node: GraphNode, fed: readonly Shape[]): Shape {
  switch (node.op) {
    case "conv":
      requireCount(graph, node, "outChannels", node.outChannels);
      return { ...window(graph, node, fed[0]), channels: node.outChannels };
    case "pool":
      return { ...window(graph, node, fed[0]), channels: fed[0].channels };
    case "add":
      return sumOf(graph, node, fed);
    case "fc":
      requireCount(graph, node, "outFeatures", node.outFeatures);
      return { height: 1, width: 1, channels: node.outFeatures };
  }
}

/** Places that a square window takes on a map. */
function window(graph: LayerGraph, node: GraphConv | GraphPool, { height, width }: Shape): Omit<Shape, "channels"> {
  const { kernel, stride, padding } = node;
  requireCount(graph, node, "kernel", kernel);
  requireCount(graph, node, "stride", stride);
  if (!Number.isSafeInteger(padding) || padding < 0)
    refuse(graph, node, `its padding is ${padding}; expected 0 or more`, { padding });
  const map = { height: windowPlaces(node, height), width: windowPlaces(node, width) };
  if (map.height < 1 || map.width < 1) {
    refuse(graph, node, `a ${kernel}×${kernel} window does not fit a ${height}×${width} map`, {
      kernel,
      height,
      width,
    });
  }
  return map;
}

/** The others must come to the sum's shape by subsampling and zero channels. */
function sumOf(graph: LayerGraph, node: GraphAdd, fed: readonly Shape[]): Shape {
  if (fed.length < 2) refuse(graph, node, `it has ${fed.length} inputs; a sum has two or more`, { inputs: fed.length });
  const { shape, misfit } = sumShape(fed);
  if (misfit === undefined) return shape;
  const [from, to] = [fed[misfit], { height: shape.height, width: shape.width }];
  refuse(
    graph,
    node,
    `no stride brings the ${from.height}×${from.width} map of "${node.inputs[misfit]}" to ${to.height}×${to.width}`,
    { input: node.inputs[misfit], from, to },
  );
}

function requireCount(graph: LayerGraph, node: GraphNode, name: string, value: number): void {
  if (!isCount(value))
    refuse(graph, node, `its ${name} is ${value}; expected a whole number from 1`, { [name]: value });
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

function refuse(graph: LayerGraph, node: GraphNode | undefined, why: string, context: Record<string, unknown>): never {
  const what = node === undefined ? `network "${graph.name}"` : `node "${node.id}" (${node.op})`;
  throw new NasError("NAS_NETWORK_SHAPE", `${what} does not fit: ${why}`, {
    hint: "correct the network's graph",
    context: { network: graph.name, ...(node === undefined ? {} : { node: node.id }), ...context },
  });
}

/** Parameters as NAS4CIM counts them: conv and fc weights and the fc bias; batch-norm left out. @throws NAS_NETWORK_SHAPE */
export function countParameters(graph: LayerGraph): number {
  return sumOverMatrices(graph, ({ rows, outputs, bias }) => (rows + bias) * outputs);
}

/** Multiply-accumulates of one image; twice this is NAS4CIM's MOPs. @throws NAS_NETWORK_SHAPE */
export function countMacs(graph: LayerGraph): number {
  return sumOverMatrices(graph, ({ rows, outputs, positions }) => rows * outputs * positions);
}

function sumOverMatrices(graph: LayerGraph, value: (matrix: GraphMatrix) => number): number {
  return graphMatrices(graph).reduce((sum, matrix) => sum + value(matrix), 0);
}

/** A node with weights as a matrix: what an array holds, and how often an image passes it. */
export interface GraphMatrix {
  id: string;
  op: "conv" | "fc";
  /** Node that feeds it. */
  source: string;
  inShape: Shape;
  outShape: Shape;
  rows: number;
  outputs: number;
  /** Outputs that have a bias of their own: 1 for fc, 0 for conv, whose bias is batch-norm's. */
  bias: 0 | 1;
  /** Input vectors an image. */
  positions: number;
}

/** The nodes with weights, in order. @throws NAS_NETWORK_SHAPE */
export function graphMatrices(graph: LayerGraph): GraphMatrix[] {
  const shapes = inferGraphShapes(graph);
  return graph.nodes.flatMap((node): GraphMatrix[] => {
    if (node.op !== "conv" && node.op !== "fc") return [];
    const [source] = node.inputs;
    const [inShape, outShape] = [shapes.get(source)!, shapes.get(node.id)!];
    const seen = node.op === "conv" ? node.kernel ** 2 : inShape.height * inShape.width;
    return [
      {
        id: node.id,
        op: node.op,
        source,
        inShape,
        outShape,
        rows: seen * inShape.channels,
        outputs: outShape.channels,
        bias: node.op === "fc" ? 1 : 0,
        positions: outShape.height * outShape.width,
      },
    ];
  });
}
