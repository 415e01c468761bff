import { stakes } from "./e-process.js";

/** How the images of a set fall: shares that only the reference, and only the subject, has right. */
export interface Discordance {
  losing: number;
  gaining: number;
}

/** What becomes of a test whose images are independent, as the claim "expected-loss" takes them. */
export interface Crossing {
  /** Probability of each verdict after at most the images of the plan. */
  fail: number;
  pass: number;
  undecided: number;
  /** Mean number of images until the verdict. */
  meanImages: number;
}

/** What the verdict depends on: LossPlan's "expected-loss" without its words. */
export interface ExactPlan {
  tolerableLoss: number;
  lossThatMatters: number;
  falseAlarmRate: number;
  missRate: number;
  images: number;
}

/**
 * Exact probabilities of the verdicts of a LossTest with the claim "expected-loss", image by image: with a constant
 * bound the evidence depends on how many images lost and gained alone, not on their order, so the probability of each
 * pair of counts is carried forward and what crosses is taken out. Counts whose probability is below 1e-18 are dropped;
 * their sum is part of none of the four figures.
 */
export function exactCrossing(plan: ExactPlan, { losing, gaining }: Discordance): Crossing {
  const even = 1 - losing - gaining;
  const result: Crossing = { fail: 0, pass: 0, undecided: 0, meanImages: 0 };
  /** Counts of losing and gaining images -> their probability, without a verdict so far. */
  let alive = new Map<number, number>([[0, 1]]);
  const alarm = evidenceAgainst(plan.tolerableLoss);
  const pass = evidenceAgainst(-plan.lossThatMatters);
  for (let image = 1; image <= plan.images; image++) {
    const next = new Map<number, number>();
    const add = (state: number, probability: number) => {
      if (probability > 1e-18) next.set(state, (next.get(state) ?? 0) + probability);
    };
    for (const [state, probability] of alive) {
      add(state, probability * even);
      add(state + losingStep, probability * losing);
      add(state + 1, probability * gaining);
    }
    for (const [state, probability] of next) {
      const lost = Math.floor(state / losingStep);
      const gained = state % losingStep;
      const isAlarm = alarm(lost, gained, image) >= 1 / plan.falseAlarmRate;
      if (!isAlarm && pass(gained, lost, image) < 1 / plan.missRate) continue;
      next.delete(state);
      result[isAlarm ? "fail" : "pass"] += probability;
      result.meanImages += probability * image;
    }
    alive = next;
  }
  for (const probability of alive.values()) result.undecided += probability;
  result.meanImages += result.undecided * plan.images;
  return result;
}

/** A pair of counts as one number. */
const losingStep = 2 ** 20;

/** The evidence after `ones` values of 1 and `minusOnes` of −1 among `images`, against a mean of at most `bound`. */
function evidenceAgainst(bound: number): (ones: number, minusOnes: number, images: number) => number {
  const logs = stakes.map((stake) => {
    const bet = stake / (1 + bound);
    return [Math.log1p(bet * (1 - bound)), Math.log1p(bet * (-1 - bound)), Math.log1p(-bet * bound)] as const;
  });
  return (ones, minusOnes, seen) => {
    let sum = 0;
    for (const [one, minusOne, zero] of logs) {
      sum += Math.exp(ones * one + minusOnes * minusOne + (seen - ones - minusOnes) * zero);
    }
    return sum / logs.length;
  };
}
