import { bestFirst, type ScoredChoice } from "./best-first.js";
import type { Choice, Significance } from "./significance.js";

/**
 * The network that a choice stands for, as a text that equal networks share; undefined where it stands for none. What makes
 * a space of a significance's rows.
 */
export type IdentityOf = (choice: Choice) => string | undefined;

/** A candidate: a network of the space, and the choice that stands for it with the highest score. */
export interface AssembledCandidate extends ScoredChoice {
  identity: string;
}

/**
 * The first `count` networks in the order of their task significance: the score of a choice is the sum of the logarithms of
 * its operators' significances, the logarithm of its probability where layers were drawn by them. Choices that stand for
 * the same network are one candidate, with the best of their scores. Fewer come where the space has no more.
 */
export function assembleCandidates(task: Significance, count: number, identityOf: IdentityOf): AssembledCandidate[] {
  return firstNetworks(
    task.map((row) => row.map((share) => Math.log(share))),
    count,
    identityOf,
  );
}

/** The first `count` networks in the order of falling sums of `scores`, each once. */
export function firstNetworks(
  scores: readonly (readonly number[])[],
  count: number,
  identityOf: IdentityOf,
): AssembledCandidate[] {
  const candidates: AssembledCandidate[] = [];
  if (count === 0) return candidates;
  for (const candidate of networksBestFirst(scores, identityOf)) {
    candidates.push(candidate);
    if (candidates.length === count) break;
  }
  return candidates;
}

/** All networks in the order of falling sums of `scores`, each once, one at a time. */
export function* networksBestFirst(
  scores: readonly (readonly number[])[],
  identityOf: IdentityOf,
): Generator<AssembledCandidate> {
  const seen = new Set<string>();
  for (const { choice, score } of bestFirst(scores)) {
    const identity = identityOf(choice);
    if (identity === undefined || seen.has(identity)) continue;
    seen.add(identity);
    yield { identity, choice, score };
  }
}
