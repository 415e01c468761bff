import { type FusionWeights, fuse, toRange } from "../significance/fuse.js";
import { toShares } from "../significance/significance.js";
import { topFrequency } from "../significance/top-frequency.js";
import { operatorEffects } from "./operator-effects.js";
import { ask, firstUnasked, type QueryMethod, randomChoice } from "./query-space.js";

/** How the significance search spends its questions. */
export interface SignificanceSearchSettings {
  /** Random networks at the start. */
  start: number;
  /** Networks asked before the significances are estimated anew. */
  batch: number;
  /** K of the Top-K frequency. */
  top: number;
  weights: FusionWeights;
  /** See operatorEffects. */
  penalty: number;
}

/** What the table of analog accuracies is searched with; docs/search.md has the neighbouring settings. */
export const defaultSignificanceSearch: SignificanceSearchSettings = {
  start: 10,
  batch: 5,
  top: 5,
  weights: { task: 0.5, hardware: 0.5, chip: 0 },
  penalty: 1,
};

/**
 * The three stages on questions in place of a supernet: operators' significance estimated from the answers so far, their
 * frequency among the Top-K of whole networks, both fused; the next candidates are assembled in the order of the fused
 * significance. No network is asked twice.
 */
export function significanceSearch(settings = defaultSignificanceSearch): QueryMethod {
  return (space, budget, next) => {
    const answers = Array.from({ length: Math.min(settings.start, budget) }, () =>
      ask(space, randomChoice(space.shape, next)),
    );
    const asked = new Set(answers.flatMap(({ choice }) => space.identityOf(choice) ?? []));
    while (answers.length < budget) {
      const effects = operatorEffects(answers, space.shape, settings.penalty);
      const judged = answers.map(({ choice, figure }) => ({ choice, value: -figure }));
      const voices = {
        task: effects.map((row) => toShares(toRange(row))),
        hardware: topFrequency(judged, Math.min(settings.top, judged.length), space.shape),
      };
      const fused = fuse(voices, settings.weights);
      const batch = firstUnasked(space, fused, asked, Math.min(settings.batch, budget - answers.length));
      if (batch.length === 0) break;
      for (const choice of batch) {
        answers.push(ask(space, choice));
        asked.add(space.identityOf(choice)!);
      }
    }
    return answers;
  };
}
