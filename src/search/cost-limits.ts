import type { SearchCandidate } from "../record/search.js";

/** Figures that a chosen network must not exceed; absent: any will do. */
export interface CostLimits {
  edp?: number;
  latencyMs?: number;
  energyMillijoule?: number;
  areaMm2?: number;
}

/** Whether a candidate has a cost, and all of it lies within the limits. */
export function isWithin(candidate: SearchCandidate, limits: CostLimits): boolean {
  if (candidate.failure !== undefined) return false;
  return (Object.keys(limits) as (keyof CostLimits)[]).every(
    (figure) => candidate[figure]! <= (limits[figure] ?? Infinity),
  );
}
