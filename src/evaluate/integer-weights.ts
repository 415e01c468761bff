import type { ConvNode, FcNode, NetworkNode } from "../network/network.js";
import { roundHalfEven } from "../network/quantize.js";
import { weightLevels } from "../model/lsq/lsq.js";

/** A layer's weights on LSQ's grid, as integers, and the real value of one of them: one for all, or one a channel. */
export interface IntegerWeights {
  weights: Float32Array;
  steps: Float32Array;
}

/** The integers that LSQ makes of a layer's weights, rounded as training rounds them. */
export function integerWeights(
  { id, weightBits }: ConvNode | FcNode,
  values: ReadonlyMap<string, Float32Array>,
): IntegerWeights {
  const steps = values.get(`${id}.weight_step`)!;
  const { below, above } = weightLevels(weightBits);
  const snap = (weight: number, index: number) =>
    // In float32 as training divides, so that a tie rounds the same way.
    Math.max(-below, Math.min(above, roundHalfEven(Math.fround(weight / stepOf(steps, index)))));
  return { weights: values.get(`${id}.weight`)!.map(snap), steps };
}

/** The values with every weight on its layer's grid, in real units: what cells without any error hold. */
export function snapWeights(
  values: ReadonlyMap<string, Float32Array>,
  nodes: readonly NetworkNode[],
): Map<string, Float32Array> {
  const snapped = new Map(values);
  for (const node of nodes) {
    if (node.op !== "conv" && node.op !== "fc") continue;
    const { weights, steps } = integerWeights(node, values);
    snapped.set(
      `${node.id}.weight`,
      weights.map((level, index) => level * stepOf(steps, index)),
    );
  }
  return snapped;
}

/** The last axis of weights is the channel, so a flat index tells it; a single step serves all. */
export function stepOf(steps: ArrayLike<number>, index: number): number {
  return steps[index % steps.length];
}
