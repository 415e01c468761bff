import { NasError } from "../base/errors.js";
import { prepareCostModel } from "../cost/evaluate.js";
import { profiles } from "../cost/profile.js";
import type { SearchCandidate } from "../record/search.js";
import { costCandidate } from "./cost-candidates.js";
import { type CostLimits, isWithin } from "./cost-limits.js";
import type { Metric, SearchSettings } from "./search-settings.js";
import { networksBestFirst } from "./significance/assemble.js";
import { fuse, type FusionWeights, type Significances } from "./significance/fuse.js";
import type { Significance } from "./significance/significance.js";
import { topFrequency } from "./significance/top-frequency.js";
import { choiceShape, networkOfChoice } from "./space/choices.js";

/** A network chosen for an objective, and what decided it. */
export interface Selection {
  /** As a person wrote it: "edp", "w=0.6,0.4". */
  objective: string;
  weights: FusionWeights;
  top: number;
  metric: Metric;
  limits: CostLimits;
  /** The fused significance: [layers][operators]. */
  fused: number[][];
  /** The chosen network with its cost; `score` is the sum of its fused significances. */
  chosen: SearchCandidate;
}

/** What a person may ask otherwise than the search did. */
export interface SelectionRequest {
  objective: string;
  weights: FusionWeights;
  top?: number;
  metric?: Metric;
  limits?: CostLimits;
}

/** The stages' shares one after the other: one row a searched layer of the space. */
export function taskSignificance(stages: readonly { shares: Significance }[]): Significance {
  return stages.flatMap(({ shares }) => shares);
}

/**
 * Hardware significance by the ledger: frequency of each operator among the Top-K of the candidates that have a cost.
 * @throws NAS_SEARCH_SETTINGS where there are fewer of them than K
 */
export function hardwareSignificance(
  settings: SearchSettings,
  ledger: readonly SearchCandidate[],
  top = settings.top,
  metric = settings.metric,
): Significance {
  const judged = ledger.flatMap((candidate) => {
    const value = candidate[metric];
    return value === undefined ? [] : [{ choice: candidate.choice, value }];
  });
  return topFrequency(judged, top, choiceShape(settings.space));
}

/**
 * The network of the best operators: the one with the greatest sum of fused significances that is a network of the space,
 * fits the hardware and lies within the limits. Where the best operator of each layer makes one, that is it.
 * @throws NAS_SEARCH_OBJECTIVE, NAS_SEARCH_SETTINGS
 */
export function selectNetwork(settings: SearchSettings, voices: Significances, request: SelectionRequest): Selection {
  const { objective, weights, top = settings.top, metric = settings.metric, limits = {} } = request;
  const fused = fuse(voices, weights);
  const model = prepareCostModel(settings.hardware, profiles[settings.profile], settings.schedule);
  const { space, precision } = settings;
  let looked = 0;
  for (const candidate of networksBestFirst(fused, (choice) => networkOfChoice(space, choice))) {
    const chosen = costCandidate(space, candidate, looked, model, precision);
    if (isWithin(chosen, limits)) return { objective, weights, top, metric, limits, fused, chosen };
    if (++looked === mostLooked) break;
  }
  throw new NasError(
    "NAS_SEARCH_SETTINGS",
    `none of the ${looked} best networks for "${objective}" lies within the limits`,
    {
      hint: "allow more, weigh the hardware more, or take another space",
      context: { hardware: settings.hardware.name, space: space.name, limits },
    },
  );
}

/** Networks that are costed for one choice at most: some seconds of work. */
const mostLooked = 20_000;
