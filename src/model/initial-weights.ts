import type { NetworkNode } from "../network/network.js";
import { randomStream, normalPair } from "../base/random-stream.js";
import { type ParameterSlot, parameterSlots, statisticSlots } from "./parameter-table.js";

/**
 * Start values of a network's parameters and statistics in float, from the seed alone: weights normal with standard
 * deviation √(2 / inputs of a neuron) (He et al., ICCV 2015; √(1 / inputs) for the classifier, which no ReLU follows),
 * gamma and variance 1, the rest 0.
 */
export function initialWeights(nodes: readonly NetworkNode[], seed: number): Map<string, Float32Array> {
  const classifiers = new Set(nodes.flatMap((node) => (node.op === "fc" ? [`${node.id}.weight`] : [])));
  const values = new Map<string, Float32Array>();
  for (const slot of parameterSlots(nodes, false)) {
    if (slot.role === "weight") values.set(slot.name, normalWeights(slot, classifiers.has(slot.name) ? 1 : 2, seed));
    else values.set(slot.name, new Float32Array(slot.size).fill(slot.role === "gamma" ? 1 : 0));
  }
  for (const { name, size } of statisticSlots(nodes)) {
    values.set(name, new Float32Array(size).fill(name.endsWith(".variance") ? 1 : 0));
  }
  return values;
}

function normalWeights({ name, shape, size }: ParameterSlot, gain: number, seed: number): Float32Array {
  const inputsOfNeuron = size / shape[shape.length - 1];
  const deviation = Math.sqrt(gain / inputsOfNeuron);
  const next = randomStream(seed, "initial weights", name);
  const weights = new Float32Array(size);
  for (let index = 0; index < size; index += 2) {
    const [first, second] = normalPair(next);
    weights[index] = first * deviation;
    if (index + 1 < size) weights[index + 1] = second * deviation;
  }
  return weights;
}
