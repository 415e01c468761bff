import { NasError } from "../base/errors.js";
import {
  type GraphAdd,
  type GraphConv,
  type GraphNode,
  type GraphPool,
  type GraphShortcut,
  inputId,
} from "./layer-graph.js";
import { sumShape } from "./shortcut.js";
import { type Shape, windowPlaces } from "./shape.js";

/** What shapes follow from: of a graph as of a network that is one, named or not. */
export interface ShapedGraph {
  name?: string;
  input: Shape;
  nodes: readonly GraphNode[];
}

/**
 * The shape that leaves each node of a graph (and "input"), in order.
 * @throws NAS_NETWORK_SHAPE where a node does not fit what it is fed, a number is out of range or an id is taken
 */
export function inferShapes(graph: ShapedGraph): Map<string, Shape> {
  const { height, width, channels } = graph.input;
  for (const [name, value] of Object.entries({ height, width, channels })) {
    if (!isCount(value)) refuse(graph, undefined, `its input's ${name} is ${value}`, { [name]: value });
  }
  const shapes = new Map<string, Shape>([[inputId, { height, width, channels }]]);
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

function shapeAfter(graph: ShapedGraph, node: GraphNode, fed: readonly Shape[]): Shape {
  switch (node.op) {
    case "conv":
      requireCount(graph, node, "outChannels", node.outChannels);
      return { ...window(graph, node, fed[0]), channels: node.outChannels };
    case "pool":
      return { ...window(graph, node, fed[0]), channels: fed[0].channels };
    case "globalAveragePool":
      return { height: 1, width: 1, channels: fed[0].channels };
    case "shortcut":
      return afterShortcut(graph, node, fed[0]);
    case "add":
      return sumOf(graph, node, fed);
    case "fc":
      requireCount(graph, node, "outFeatures", node.outFeatures);
      return { height: 1, width: 1, channels: node.outFeatures };
  }
}

/** Places that a square window takes on a map. */
function window(graph: ShapedGraph, node: GraphConv | GraphPool, { height, width }: Shape): Omit<Shape, "channels"> {
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

function afterShortcut(graph: ShapedGraph, node: GraphShortcut, { height, width, channels }: Shape): Shape {
  const { stride, outChannels } = node;
  requireCount(graph, node, "stride", stride);
  requireCount(graph, node, "outChannels", outChannels);
  if (outChannels < channels)
    refuse(graph, node, `it gives ${outChannels} channels of ${channels}; a shortcut leaves none out`, { channels });
  return { height: Math.ceil(height / stride), width: Math.ceil(width / stride), channels: outChannels };
}

/** The others must come to the sum's shape by subsampling and zero channels. */
function sumOf(graph: ShapedGraph, node: GraphAdd, fed: readonly Shape[]): Shape {
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

function requireCount(graph: ShapedGraph, node: GraphNode, name: string, value: number): void {
  if (!isCount(value))
    refuse(graph, node, `its ${name} is ${value}; expected a whole number from 1`, { [name]: value });
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

function refuse(graph: ShapedGraph, node: GraphNode | undefined, why: string, context: Record<string, unknown>): never {
  const network = graph.name === undefined ? "the network" : `network "${graph.name}"`;
  const what = node === undefined ? network : `node "${node.id}" (${node.op})`;
  throw new NasError("NAS_NETWORK_SHAPE", `${what} does not fit: ${why}`, {
    hint: "correct the network's graph",
    context: { network: graph.name, ...(node === undefined ? {} : { node: node.id }), ...context },
  });
}
