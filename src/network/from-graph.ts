import { NasError } from "../base/errors.js";
import type { GraphNode, LayerGraph } from "./layer-graph.js";
import type { InputDescription, NetworkNode, WeightStepPer } from "./network.js";
import type { Shape } from "./shape.js";
import { inferShapes } from "./shapes.js";

/** Bits that a graph's network is to have. */
export interface GraphBits {
  /** Of the signed weights, 2 … 8. */
  weights: number;
  /** Unsigned, of the activations between layers, 1 … 8. */
  activations: number;
  /** Unsigned, of the image, 1 … 8. */
  image: number;
  /** Of the signed maps that go into sums, 2 … 8; as `activations` where absent. */
  addends?: number;
  /** Unsigned, of what global average pooling gives, 1 … 8; as `activations` where absent. */
  pooled?: number;
  /** What one step size of a convolution's weights serves; the layer where absent. */
  weightStepPer?: WeightStepPer;
}

/** A network to train, to place on a macro or to cost: as in a recipe, and with weights as in a network's folder. */
export interface GraphNetwork {
  name: string;
  input: InputDescription;
  nodes: NetworkNode[];
}

/** As PyTorch's batch normalization has it. */
const batchNormEpsilon = 1e-5;

/**
 * The network that a graph becomes with these bits: every convolution with batch normalization and, unless sums alone read
 * it, ReLU; pixels are divided by their largest value. It has the graph's node ids, shapes and counts.
 * @throws NAS_NETWORK_SHAPE where a node does not fit what it is fed; NAS_NETWORK_GRAPH where the graph has what no network
 *   of ours has: averages by windows, a sum of more than two maps, a classifier before the end or none there.
 */
export function networkFromGraph(graph: LayerGraph, bits: GraphBits): GraphNetwork {
  const shapes = inferShapes(graph);
  const last = graph.nodes.at(-1);
  if (last?.op !== "fc") refuse(graph, last, "the last node is no fc, whose outputs are the logits");
  const { height, width, channels } = graph.input;
  return {
    name: graph.name,
    input: { height, width, channels, bits: bits.image, step: 1 / (2 ** bits.image - 1) },
    nodes: graph.nodes.map((node) => nodeOf(node, graph, shapes.get(node.inputs[0])!, bits)),
  };
}

function nodeOf(node: GraphNode, graph: LayerGraph, from: Shape, bits: GraphBits): NetworkNode {
  const { activations, addends = activations, pooled = activations } = bits;
  switch (node.op) {
    case "conv": {
      const { id, op, inputs, kernel, stride, padding, outChannels } = node;
      const isAddend = feedsSumsAlone(graph, id);
      return {
        id,
        op,
        inputs,
        kernel,
        stride,
        padding,
        inChannels: from.channels,
        outChannels,
        weightBits: bits.weights,
        ...(bits.weightStepPer === undefined ? {} : { weightStepPer: bits.weightStepPer }),
        ...(isAddend ? { activation: "none" } : {}),
        outputBits: isAddend ? addends : activations,
        batchNormEpsilon,
      };
    }
    case "add": {
      const [first, second, ...more] = node.inputs;
      if (more.length > 0) refuse(graph, node, `it adds ${node.inputs.length} maps; a network's sum takes two`);
      return { id: node.id, op: node.op, inputs: [first, second], outputBits: activations };
    }
    case "globalAveragePool":
      return { id: node.id, op: node.op, inputs: node.inputs, outputBits: pooled };
    case "fc": {
      if (node !== graph.nodes.at(-1)) refuse(graph, node, "its outputs are logits, which no node can take");
      const { id, op, inputs, outFeatures } = node;
      const inFeatures = from.height * from.width * from.channels;
      return { id, op, inputs, inFeatures, outFeatures, weightBits: bits.weights };
    }
    case "pool":
      if (node.kind === "average") refuse(graph, node, "a network takes averages of whole maps alone");
      return { ...node, kind: node.kind };
    case "shortcut":
      return node;
  }
}

/** Batch normalization alone stands between such a convolution and the sum, as in a residual block. */
function feedsSumsAlone({ nodes }: LayerGraph, id: string): boolean {
  const readers = nodes.filter(({ inputs }) => (inputs as readonly string[]).includes(id));
  return readers.length > 0 && readers.every(({ op }) => op === "add");
}

function refuse(graph: LayerGraph, node: GraphNode | undefined, why: string): never {
  const where = node === undefined ? "" : `node "${node.id}" (${node.op}): `;
  throw new NasError("NAS_NETWORK_GRAPH", `the graph "${graph.name}" cannot become a network: ${where}${why}`, {
    hint: "it can be costed; to train or map it, give a graph of convolutions, shortcuts, sums of two maps, max pooling, global average pooling and one fc",
    context: { network: graph.name, ...(node === undefined ? {} : { node: node.id }) },
  });
}
