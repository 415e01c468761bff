import type { NetworkNode } from "../network/network.js";

/** What a trainable tensor is, which decides its start value, its weight decay and its bounds. */
export type ParameterRole = "weight" | "bias" | "gamma" | "beta" | "step";

/** One trainable tensor; its name is its name in the exported network. */
export interface ParameterSlot {
  name: string;
  shape: number[];
  size: number;
  role: ParameterRole;
}

/** One moving statistic of a batch normalization, [outChannels]. */
export interface StatisticSlot {
  name: string;
  shape: number[];
  size: number;
}

/** The trainable tensors of a network, in the order of its nodes; the quantizers' steps only with `quantized`. */
export function parameterSlots(nodes: readonly NetworkNode[], quantized: boolean): ParameterSlot[] {
  return nodes.flatMap((node) => slotsOf(node)).filter(({ role }) => quantized || role !== "step");
}

function slotsOf(node: NetworkNode): ParameterSlot[] {
  const slot = (name: string, shape: number[], role: ParameterRole) => ({
    name: `${node.id}.${name}`,
    shape,
    size: shape.reduce((product, side) => product * side, 1),
    role,
  });
  switch (node.op) {
    case "conv":
      return [
        slot("weight", [node.kernel, node.kernel, node.inChannels, node.outChannels], "weight"),
        slot("bn.gamma", [node.outChannels], "gamma"),
        slot("bn.beta", [node.outChannels], "beta"),
        slot("weight_step", [node.weightStepPer === "channel" ? node.outChannels : 1], "step"),
        slot("output_step", [1], "step"),
      ];
    case "add":
    case "globalAveragePool":
      return [slot("output_step", [1], "step")];
    case "fc":
      return [
        slot("weight", [node.inFeatures, node.outFeatures], "weight"),
        slot("bias", [node.outFeatures], "bias"),
        slot("weight_step", [node.weightStepPer === "channel" ? node.outFeatures : 1], "step"),
      ];
  }
}

/** The moving statistics of a network: for each convolution its channels' means, then their variances. */
export function statisticSlots(nodes: readonly NetworkNode[]): StatisticSlot[] {
  return nodes.flatMap((node) =>
    node.op === "conv"
      ? ["mean", "variance"].map((what) => ({
          name: `${node.id}.bn.${what}`,
          shape: [node.outChannels],
          size: node.outChannels,
        }))
      : [],
  );
}

/** Numbers in all slots together. */
export function totalSize(slots: readonly { size: number }[]): number {
  return slots.reduce((sum, { size }) => sum + size, 0);
}

/** One flat array cut into its slots, without a copy. */
export function cutBySlots(
  flat: Float32Array,
  slots: readonly { name: string; size: number }[],
): Map<string, Float32Array> {
  const parts = new Map<string, Float32Array>();
  let offset = 0;
  for (const { name, size } of slots) {
    parts.set(name, flat.subarray(offset, offset + size));
    offset += size;
  }
  return parts;
}

/** The slots' values one after the other in one array; each must be in `values` with its size. */
export function joinSlots(
  values: ReadonlyMap<string, Float32Array>,
  slots: readonly { name: string; size: number }[],
): Float32Array {
  const flat = new Float32Array(totalSize(slots));
  let offset = 0;
  for (const { name, size } of slots) {
    flat.set(values.get(name)!, offset);
    offset += size;
  }
  return flat;
}
