import type { NetworkNode } from "../network/network.js";
import type { PhaseName, TrainState } from "./checkpoint.js";
import { joinSlots, parameterSlots, statisticSlots } from "../model/parameter-table.js";

/** The state of a phase that begins with these values by tensor name, and with nothing behind it. */
export function firstState(
  phase: PhaseName,
  nodes: readonly NetworkNode[],
  values: ReadonlyMap<string, Float32Array>,
): TrainState {
  const parameters = joinSlots(values, parameterSlots(nodes, phase === "quantized"));
  const statistics = joinSlots(values, statisticSlots(nodes));
  return {
    phase,
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
