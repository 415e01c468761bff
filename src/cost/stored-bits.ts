import { quantizerOf } from "../network/integers.js";
import type { LayerGraph } from "../network/layer-graph.js";
import type { NetworkDescription } from "../network/network.js";

/** Bits of one layer as MNSIM counts them, sign and magnitude. */
export interface LayerBits {
  inputBits: number;
  weightBits: number;
  outputBits: number;
}

/** Logits leave the classifier in floats; the model counts them as bytes with a sign. */
const logitBits = 9;

/**
 * The bits that a stored network has, by node; undefined where the graph is no stored network. Unsigned activations of b bits
 * count as a sign and b bits, as in MNSIM, whose settings know signed numbers alone.
 */
export function storedBits(graph: LayerGraph): ReadonlyMap<string, LayerBits> | undefined {
  if (!isStored(graph)) return undefined;
  return new Map(
    graph.nodes.map((node) => [
      node.id,
      {
        inputBits: Math.max(...node.inputs.map((source) => countedBits(graph, source))),
        weightBits: "weightBits" in node ? node.weightBits : 0,
        outputBits: node.op === "fc" ? logitBits : countedBits(graph, node.id),
      },
    ]),
  );
}

function isStored(graph: LayerGraph): graph is NetworkDescription {
  return "format" in graph && graph.format === "nas4cim-network";
}

/** Of the integers that leave a node, or the image. */
function countedBits({ input, nodes }: NetworkDescription, source: string): number {
  const node = quantizerOf(nodes, source);
  if (node === undefined) return input.bits + 1;
  const isSigned = node.op === "conv" && node.activation === "none";
  return isSigned ? node.outputBits : node.outputBits + 1;
}
