import type { ConvNode } from "../../src/network/network.js";

/** A convolution on the network's input, of 4-bit weights and activations where `more` does not say otherwise. */
export function convNode(
  shape: Pick<ConvNode, "kernel" | "stride" | "padding" | "inChannels" | "outChannels">,
  more: Partial<ConvNode> = {},
): ConvNode {
  return {
    id: "conv",
    op: "conv",
    inputs: ["input"],
    ...shape,
    weightBits: 4,
    outputBits: 4,
    batchNormEpsilon: 1e-5,
    ...more,
  };
}
