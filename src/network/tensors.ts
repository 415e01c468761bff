import type { NetworkNode } from "./network.js";

/** What a tensor of a network is. */
export type TensorRole = "weight" | "bias" | "gamma" | "beta" | "mean" | "variance" | "step";

/** One tensor of a stored network. */
export interface NetworkTensor {
  /** "<node id>.<part>", as network.ts lists them. */
  name: string;
  shape: number[];
  /** Numbers in it. */
  size: number;
  role: TensorRole;
}

/** Every tensor of these nodes, in their order: the one list of names and shapes that files and training share. */
export function networkTensors(nodes: readonly NetworkNode[]): NetworkTensor[] {
  return nodes.flatMap((node) => tensorsOf(node));
}

function tensorsOf(node: NetworkNode): NetworkTensor[] {
  const tensor = (part: string, shape: number[], role: TensorRole): NetworkTensor => ({
    name: `${node.id}.${part}`,
    shape,
    size: shape.reduce((product, side) => product * side, 1),
    role,
  });
  switch (node.op) {
    case "conv":
      return [
        tensor("weight", [node.kernel, node.kernel, node.inChannels, node.outChannels], "weight"),
        tensor("bn.gamma", [node.outChannels], "gamma"),
        tensor("bn.beta", [node.outChannels], "beta"),
        tensor("bn.mean", [node.outChannels], "mean"),
        tensor("bn.variance", [node.outChannels], "variance"),
        tensor("weight_step", [node.weightStepPer === "channel" ? node.outChannels : 1], "step"),
        tensor("output_step", [1], "step"),
      ];
    case "add":
    case "globalAveragePool":
      return [tensor("output_step", [1], "step")];
    case "pool":
    case "shortcut":
      return [];
    case "fc":
      return [
        tensor("weight", [node.inFeatures, node.outFeatures], "weight"),
        tensor("bias", [node.outFeatures], "bias"),
        tensor("weight_step", [node.weightStepPer === "channel" ? node.outFeatures : 1], "step"),
      ];
  }
}
