import { isNasError } from "../base/errors.js";
import { toCostLayers, type Precision } from "../cost/cost-layer.js";
import { type CostModel, type CostTotals, networkTotals } from "../cost/evaluate.js";
import type { Hardware } from "../cost/hardware.js";
import type { Schedule } from "../cost/pixel-times.js";
import type { ProfileName } from "../cost/profile.js";
import { withoutNone } from "./space/genotype.js";
import { encodeGenotype } from "./space/genotype-text.js";
import { sampleGenotype } from "./space/explore.js";
import type { SearchSpace } from "./space/space.js";
import { toGraph } from "./space/to-graph.js";

/** Figures that a candidate must not exceed; absent: any will do. */
export interface ScoreLimits {
  latencyMs?: number;
  energyMillijoule?: number;
  areaMm2?: number;
}

/** A network of a space with its figures. */
export interface ScoredCandidate extends CostTotals {
  /** Number of the sample that gave it first. */
  index: number;
  genotype: string;
}

/** What came of some samples. */
export interface ScoredChunk {
  scored: number;
  /** Do not fit the hardware, or shrink their maps to nothing. */
  unmappable: number;
  overLimits: number;
  /** The best by EDP, each network once. */
  best: ScoredCandidate[];
}

/** What to sample, and how much of it to keep. */
export interface ScoreTask {
  space: SearchSpace;
  seed: number;
  precision: Precision;
  limits: ScoreLimits;
  top: number;
}

/** What a thread needs to score samples of a task. */
export interface ScoreSetting extends ScoreTask {
  hardware: Hardware;
  profile: ProfileName;
  schedule: Schedule;
}

/** Scores the samples from `first` up to, not including, `end`. */
export function scoreChunk(task: ScoreTask, model: CostModel, first: number, end: number): ScoredChunk {
  const chunk: ScoredChunk = { scored: 0, unmappable: 0, overLimits: 0, best: [] };
  for (let index = first; index < end; index++) {
    const genotype = sampleGenotype(task.space, task.seed, index);
    let totals: CostTotals;
    try {
      totals = networkTotals(toCostLayers(toGraph(task.space, genotype), task.precision), model);
    } catch (error) {
      if (!isNasError(error, "NAS_COST_UNMAPPABLE") && !isNasError(error, "NAS_NETWORK_SHAPE")) throw error;
      chunk.unmappable++;
      continue;
    }
    chunk.scored++;
    if (isOver(totals, task.limits)) chunk.overLimits++;
    else {
      chunk.best.push({ index, genotype: encodeGenotype(task.space, withoutNone(genotype)), ...totals });
      if (chunk.best.length >= 4 * task.top + 64) chunk.best = bestOf(chunk.best, task.top);
    }
  }
  chunk.best = bestOf(chunk.best, task.top);
  return chunk;
}

/** The `top` candidates of least EDP, each network once; among equals the earlier sample. */
export function bestOf(candidates: readonly ScoredCandidate[], top: number): ScoredCandidate[] {
  const sorted = [...candidates].sort((a, b) => a.edp - b.edp || a.index - b.index);
  const seen = new Set<string>();
  const best: ScoredCandidate[] = [];
  for (const candidate of sorted) {
    if (best.length === top) break;
    if (seen.has(candidate.genotype)) continue;
    seen.add(candidate.genotype);
    best.push(candidate);
  }
  return best;
}

function isOver(totals: CostTotals, limits: ScoreLimits): boolean {
  return (Object.keys(limits) as (keyof ScoreLimits)[]).some((key) => totals[key] > (limits[key] ?? Infinity));
}
