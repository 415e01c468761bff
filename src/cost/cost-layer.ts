import { NasError } from "../base/errors.js";
import type { GraphNode, LayerGraph } from "../network/layer-graph.js";

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

interface Map2d {
  height: number;
  width: number;
  channels: number;
}

/**
 * The layers of a network with the shapes that follow from its graph, in order.
 * @throws NAS_NETWORK_SHAPE where a node names no earlier node or does not fit what it is fed
 */
export function toCostLayers(graph: LayerGraph, precision: Precision): CostLayer[] {
  const maps = new Map<string, Map2d>([["input", graph.input]]);
  const places = new Map<string, number>([["input", -1]]);
  return graph.nodes.map((node, place) => {
    const from = node.inputs.map((id) => maps.get(id) ?? refuse(node, `its input "${id}" is no earlier node`));
    if (maps.has(node.id)) refuse(node, "the id is taken by an earlier node");
    const layer: CostLayer = {
      ...shapesOf(node, from),
      id: node.id,
      inputs: node.inputs.map((id) => places.get(id)!),
      inputBits: precision.activationBits,
      weightBits: precision.weightBits,
      outputBits: precision.activationBits,
    };
    maps.set(node.id, { height: layer.outHeight, width: layer.outWidth, channels: layer.outChannels });
    places.set(node.id, place);
    return layer;
  });
}

type Shapes = Omit<CostLayer, "id" | "inputs" | "inputBits" | "weightBits" | "outputBits">;

function shapesOf(node: GraphNode, from: Map2d[]): Shapes {
  const [first] = from;
  switch (node.op) {
    case "conv":
    case "pool": {
      const { kernel, stride, padding } = node;
      const side = (length: number): number => Math.floor((length + 2 * padding - kernel) / stride) + 1;
      const [outHeight, outWidth] = [side(first.height), side(first.width)];
      if (outHeight < 1 || outWidth < 1) {
        refuse(node, `a ${kernel}×${kernel} window does not fit a ${first.height}×${first.width} map`);
      }
      const outChannels = node.op === "conv" ? node.outChannels : first.channels;
      return { op: node.op, ...incoming(first), outHeight, outWidth, outChannels, kernel, stride, padding };
    }
    case "fc":
      return {
        op: "fc",
        ...incoming({ height: 1, width: 1, channels: first.height * first.width * first.channels }),
        outHeight: 1,
        outWidth: 1,
        outChannels: node.outFeatures,
        kernel: 1,
        stride: 1,
        padding: 0,
      };
    case "add": {
      if (from.length < 2) refuse(node, "a sum needs two inputs");
      const height = Math.min(...from.map((map) => map.height));
      const width = Math.min(...from.map((map) => map.width));
      const outChannels = Math.max(...from.map(({ channels }) => channels));
      const odd = from.find((map) => map.height % height !== 0 || map.width % width !== 0);
      if (odd) refuse(node, `a ${odd.height}×${odd.width} map cannot be subsampled to ${height}×${width}`);
      return {
        op: "add",
        ...incoming(first),
        outHeight: height,
        outWidth: width,
        outChannels,
        kernel: 1,
        stride: 1,
        padding: 0,
      };
    }
  }
}

function incoming({ height, width, channels }: Map2d): Pick<CostLayer, "inHeight" | "inWidth" | "inChannels"> {
  return { inHeight: height, inWidth: width, inChannels: channels };
}

function refuse(node: GraphNode, why: string): never {
  throw new NasError("NAS_NETWORK_SHAPE", `node "${node.id}" (${node.op}) does not fit: ${why}`, {
    hint: "correct the network's graph",
    context: { node: node.id },
  });
}
