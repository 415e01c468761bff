import type { NetworkNode } from "../network/network.js";
import { type NetworkTensor, networkTensors, type TensorRole } from "../network/tensors.js";

/** What a trainable tensor is, which decides its start value, its weight decay and its bounds. */
export type ParameterRole = Exclude<TensorRole, "mean" | "variance">;

/** One trainable tensor; its name is its name in the exported network. */
export interface ParameterSlot extends NetworkTensor {
  role: ParameterRole;
}

/** One moving statistic of a batch normalization, [outChannels]. */
export interface StatisticSlot extends NetworkTensor {
  role: "mean" | "variance";
}

/** The trainable tensors of a network, in the order of its nodes; the quantizers' steps only with `quantized`. */
export function parameterSlots(nodes: readonly NetworkNode[], quantized: boolean): ParameterSlot[] {
  return networkTensors(nodes).filter(
    (tensor): tensor is ParameterSlot => !isStatistic(tensor) && (quantized || tensor.role !== "step"),
  );
}

/** The moving statistics of a network: for each convolution its channels' means, then their variances. */
export function statisticSlots(nodes: readonly NetworkNode[]): StatisticSlot[] {
  return networkTensors(nodes).filter(isStatistic);
}

function isStatistic(tensor: NetworkTensor): tensor is StatisticSlot {
  return tensor.role === "mean" || tensor.role === "variance";
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
