import { isNasError } from "../base/errors.js";
import { type Precision, toCostLayers } from "../cost/cost-layer.js";
import { type CostModel, networkTotals } from "../cost/evaluate.js";
import { countMacs, countParameters } from "../network/matrices.js";
import type { SearchCandidate } from "../record/search.js";
import type { AssembledCandidate } from "./significance/assemble.js";
import { genotypeOfChoice } from "./space/choices.js";
import type { SearchSpace } from "./space/space.js";
import { toGraph } from "./space/to-graph.js";

/** A candidate's line of the ledger: its cost as a whole network, or why the hardware cannot hold it. */
export function costCandidate(
  space: SearchSpace,
  { identity: network, choice, score }: AssembledCandidate,
  place: number,
  model: CostModel,
  precision: Precision,
): SearchCandidate {
  const line = { place, network, choice: [...choice], score };
  try {
    const graph = toGraph(space, genotypeOfChoice(space, choice));
    const { latencyMs, energyMillijoule, edp, areaMm2 } = networkTotals(toCostLayers(graph, precision), model);
    const counts = { parameters: countParameters(graph), macs: countMacs(graph) };
    return { ...line, ...counts, latencyMs, energyMillijoule, edp, areaMm2 };
  } catch (error) {
    if (!isNasError(error, "NAS_COST_UNMAPPABLE") && !isNasError(error, "NAS_NETWORK_SHAPE")) throw error;
    return { ...line, failure: { code: error.code, message: error.message } };
  }
}
