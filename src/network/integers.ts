import { inputId } from "./layer-graph.js";
import type { AddNode, ConvNode, GlobalAveragePoolNode, NetworkDescription, NetworkNode } from "./network.js";

/** A node whose activations get integers of their own: a step size and bits. */
export type QuantizingNode = ConvNode | AddNode | GlobalAveragePoolNode;

/**
 * The node whose step size and bits the integers that a node reads as `source` have: itself, or what stands before max pooling
 * and shortcuts, which pass integers on. Undefined: they are the image's.
 */
export function quantizerOf(nodes: readonly NetworkNode[], source: string): QuantizingNode | undefined {
  let id = source;
  while (id !== inputId) {
    const node = nodes.find((each) => each.id === id)!;
    if (node.op === "conv" || node.op === "add" || node.op === "globalAveragePool") return node;
    [id] = node.inputs;
  }
  return undefined;
}

/** Bits of the integers that a node reads as `source`. */
export function bitsOf({ input, nodes }: Pick<NetworkDescription, "input" | "nodes">, source: string): number {
  return quantizerOf(nodes, source)?.outputBits ?? input.bits;
}
