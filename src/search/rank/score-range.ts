import { isNasError } from "../../base/errors.js";
import { toCostLayers } from "../../cost/cost-layer.js";
import { networkTotals, prepareCostModel } from "../../cost/evaluate.js";
import { profiles } from "../../cost/profile.js";
import { countMacs, countParameters } from "../../network/graph-shapes.js";
import { sampleGenotype } from "../space/explore.js";
import { encodeGenotype } from "../space/genotype-text.js";
import { withoutNone } from "../space/genotype.js";
import { searchSpace } from "../space/presets.js";
import { toGraph } from "../space/to-graph.js";
import type { Candidate, Objective, Ranking, RankRequest } from "./rank-request.js";

/** A scorer of ranges of samples: what is the same for all of them is made once. */
export function rangeScorer(request: RankRequest): (first: number, end: number) => Ranking {
  const space = searchSpace(request.space);
  const model = prepareCostModel(request.hardware, profiles[request.profile], request.schedule);
  const { activationBits, weightBits, seed, limits } = request;

  const score = (sample: number): Candidate => {
    const genotype = sampleGenotype(space, seed, sample);
    const graph = toGraph(space, genotype);
    const { latencyMs, energyMillijoule, edp, areaMm2 } = networkTotals(
      toCostLayers(graph, { activationBits, weightBits }),
      model,
    );
    return {
      genotype: encodeGenotype(space, withoutNone(genotype)),
      parameters: countParameters(graph),
      macs: countMacs(graph),
      latencyMs,
      energyMillijoule,
      edp,
      areaMm2,
    };
  };
  const isWithin = (candidate: Candidate) =>
    Object.entries(limits).every(([figure, most]) => candidate[figure as keyof typeof limits] <= most);

  return (first, end) => {
    const best = new BestCandidates(request.objective, request.top);
    let aboveLimits = 0;
    let unmappable = 0;
    for (let sample = first; sample < end; sample++) {
      try {
        const candidate = score(sample);
        if (isWithin(candidate)) best.add(candidate);
        else aboveLimits++;
      } catch (error) {
        if (!isNasError(error, "NAS_COST_UNMAPPABLE")) throw error;
        unmappable++;
      }
    }
    return { best: best.ranked(), scored: end - first, aboveLimits, unmappable };
  };
}

/** The best distinct networks seen so far: as many as asked for, however many come. */
export class BestCandidates {
  readonly #objective: Objective;
  readonly #most: number;
  readonly #kept = new Map<string, Candidate>();
  /** Once full, nothing worse than this can enter. */
  #bar = Infinity;

  constructor(objective: Objective, most: number) {
    this.#objective = objective;
    this.#most = most;
  }

  add(candidate: Candidate): void {
    if (candidate[this.#objective] > this.#bar) return;
    this.#kept.set(candidate.genotype, candidate);
    // Trimmed at twice the number, so that sorting stays rare.
    if (this.#kept.size >= 2 * this.#most + 16) this.#trim();
  }

  ranked(): Candidate[] {
    this.#trim();
    return [...this.#kept.values()];
  }

  #trim(): void {
    const sorted = [...this.#kept.values()].sort(
      (a, b) => a[this.#objective] - b[this.#objective] || (a.genotype < b.genotype ? -1 : 1),
    );
    const best = sorted.slice(0, this.#most);
    this.#kept.clear();
    for (const candidate of best) this.#kept.set(candidate.genotype, candidate);
    if (best.length === this.#most) this.#bar = best[best.length - 1][this.#objective];
  }
}
