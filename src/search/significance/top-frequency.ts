import { NasError } from "../../base/errors.js";
import type { Choice, Significance } from "./significance.js";

/** A whole candidate with the figure it is judged by, lower being better: EDP, latency, energy. */
export interface JudgedCandidate {
  choice: Choice;
  value: number;
}

/**
 * Hardware significance: of the `top` candidates of least value, the share that has each operator in each layer. Among equal
 * values the earlier candidate comes first.
 * @param shape operators of each layer
 * @throws NAS_SEARCH_SETTINGS where there are fewer candidates than `top`
 */
export function topFrequency(
  candidates: readonly JudgedCandidate[],
  top: number,
  shape: readonly number[],
): Significance {
  checkTop(top, candidates.length);
  const best = candidates
    .map((candidate, place) => ({ ...candidate, place }))
    .sort((a, b) => a.value - b.value || a.place - b.place)
    .slice(0, top);
  return shape.map((operators, layer) => {
    const counts = new Array<number>(operators).fill(0);
    for (const { choice } of best) counts[choice[layer]]++;
    return counts.map((count) => count / top);
  });
}

/** Refuses a Top-K that no candidates are enough for. @throws NAS_SEARCH_SETTINGS */
export function checkTop(top: number, candidates: number): void {
  if (Number.isSafeInteger(top) && top >= 1 && top <= candidates) return;
  throw new NasError("NAS_SEARCH_SETTINGS", `Top-K is ${top}, there are ${candidates} candidates`, {
    hint: `give a whole number from 1 to ${candidates}, or more candidates`,
    context: { top, candidates },
  });
}
