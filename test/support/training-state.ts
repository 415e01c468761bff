import type { NetworkNode } from "../../src/network/network.js";
import type { TrainState } from "../../src/train/checkpoint.js";
import { joinSlots, parameterSlots, statisticSlots } from "../../src/train/parameter-table.js";

/** The state that a phase on these values would start with. */
export function trainingState(
  nodes: readonly NetworkNode[],
  values: ReadonlyMap<string, Float32Array>,
  quantized: boolean,
): TrainState {
  const parameters = joinSlots(values, parameterSlots(nodes, quantized));
  const statistics = joinSlots(values, statisticSlots(nodes));
  return {
    phase: quantized ? "quantized" : "float",
    epoch: 0,
    step: 0,
    running: { loss: 0, correct: 0, images: 0, seconds: 0 },
    parameters,
    momentum: new Float32Array(parameters.length),
    statistics,
    averageParameters: parameters,
    averageStatistics: statistics,
    results: {},
    log: [],
  };
}
