import type { GraphNode, LayerGraph } from "../network/layer-graph.js";
import { type LayerBits, storedBits } from "./stored-bits.js";
import type { Shape, Window } from "../network/shape.js";
import { inferShapes } from "../network/shapes.js";

/** A layer as the cost model sees it: shapes, bits, and which earlier layers feed it. Maps are height × width × channels. */
export interface CostLayer {
  id: string;
  op: "conv" | "fc" | "pool" | "add";
  /** Places of earlier layers in the list; -1 is the image. A sum's first input is its main branch. */
  inputs: number[];
  /** Of the first input; an fc sees one pixel with all features as channels. */
  inHeight: number;
  inWidth: number;
  inChannels: number;
  outHeight: number;
  outWidth: number;
  outChannels: number;
  /** 1, 1 and 0 where the operator has no window. */
  kernel: number;
  stride: number;
  padding: number;
  /** Sign and magnitude, as MNSIM counts: 9 is a sign and 8 bits. */
  inputBits: number;
  weightBits: number;
  outputBits: number;
}

/** Bits of every layer's activations and weights, each sign + magnitude. */
export interface Precision {
  activationBits: number;
  weightBits: number;
}

/** Bits that a person asks for: where one is left out, a stored network has its own, and a graph without bits 9 (MNSIM's). */
export type AskedPrecision = { [Key in keyof Precision]?: Precision[Key] | undefined };

/** What layers got: the number asked for or assumed, or a stored network's own bits. */
export type ToldPrecision = { [Key in keyof Precision]: Precision[Key] | "own" };

const assumedBits = 9;

/**
 * The layers of a network with the shapes that follow from its graph, in order.
 * @throws NAS_NETWORK_SHAPE where a node does not fit what it is fed
 */
export function toCostLayers(graph: LayerGraph, precision: AskedPrecision): CostLayer[] {
  const own = storedBits(graph);
  const shapes = inferShapes(graph);
  const places = new Map<string, number>([["input", -1]]);
  return graph.nodes.map((node, place) => {
    const from = shapes.get(node.inputs[0])!;
    const to = shapes.get(node.id)!;
    const { kernel, stride, padding } = windowOf(node, from);
    const isFc = node.op === "fc";
    places.set(node.id, place);
    return {
      id: node.id,
      op: operatorOf(node),
      inputs: node.inputs.map((id) => places.get(id)!),
      inHeight: isFc ? 1 : from.height,
      inWidth: isFc ? 1 : from.width,
      inChannels: isFc ? from.height * from.width * from.channels : from.channels,
      outHeight: to.height,
      outWidth: to.width,
      outChannels: to.channels,
      kernel,
      stride,
      padding,
      ...bitsOf(precision, own?.get(node.id)),
    };
  });
}

/** A shortcut by itself is costed as a sum of one map: it passes the buffer of sums, where pixels are chosen, and no adder. */
function operatorOf({ op }: GraphNode): CostLayer["op"] {
  if (op === "globalAveragePool") return "pool";
  return op === "shortcut" ? "add" : op;
}

/** What `toCostLayers` gives the layers of a graph. */
export function toldPrecision(graph: LayerGraph, { activationBits, weightBits }: AskedPrecision): ToldPrecision {
  const otherwise = storedBits(graph) === undefined ? assumedBits : "own";
  return { activationBits: activationBits ?? otherwise, weightBits: weightBits ?? otherwise };
}

function bitsOf({ activationBits, weightBits }: AskedPrecision, own: LayerBits | undefined): LayerBits {
  return {
    inputBits: activationBits ?? own?.inputBits ?? assumedBits,
    weightBits: weightBits ?? own?.weightBits ?? assumedBits,
    outputBits: activationBits ?? own?.outputBits ?? assumedBits,
  };
}

function windowOf(node: GraphNode, from: Shape): Window {
  if (node.op === "globalAveragePool") return { kernel: from.height, stride: from.height, padding: 0 };
  return node.op === "conv" || node.op === "pool" ? node : { kernel: 1, stride: 1, padding: 0 };
}
