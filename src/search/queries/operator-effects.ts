import type { Choice } from "../significance/significance.js";

/** A choice whose network was asked for its figure. */
export interface Answer {
  choice: Choice;
  /** Higher is better. */
  figure: number;
}

/**
 * What each operator in each layer adds to a figure, estimated from answers: the additive model figure ≈ mean + Σ effects,
 * by ridge regression with penalty `penalty` × effect². Figures enter as ranks from 0 to 1, equal ones with their mean rank,
 * so that a few networks that fail altogether do not drown all other differences. An operator without answers has effect 0.
 * @param shape operators of each layer
 */
export function operatorEffects(answers: readonly Answer[], shape: readonly number[], penalty: number): number[][] {
  const ranks = ranksOf(answers.map(({ figure }) => figure));
  const mean = ranks.reduce((sum, rank) => sum + rank, 0) / ranks.length;
  const effects = shape.map((operators) => new Array<number>(operators).fill(0));
  const residuals = ranks.map((rank) => rank - mean);
  const having = shape.map((operators, layer) =>
    Array.from({ length: operators }, (_, operator) =>
      [...answers.keys()].filter((place) => answers[place].choice[layer] === operator),
    ),
  );
  // Coordinate descent: each effect in turn set to its best, which converges to ridge regression's only solution.
  for (let sweep = 0; sweep < sweeps; sweep++) {
    effects.forEach((row, layer) => {
      row.forEach((effect, operator) => {
        const places = having[layer][operator];
        let sum = places.length * effect;
        for (const place of places) sum += residuals[place];
        row[operator] = sum / (places.length + penalty);
        for (const place of places) residuals[place] += effect - row[operator];
      });
    });
  }
  return effects;
}

/** Enough for effects to settle to four digits with a penalty of 1 and a hundred answers. */
const sweeps = 50;

/** Ranks from 0 (the least) to 1 (the greatest); equal values share the mean of their ranks. A single value has rank 0. */
export function ranksOf(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => values[a] - values[b]);
  const ranks = new Array<number>(values.length);
  for (let first = 0, end = 0; first < order.length; first = end) {
    while (end < order.length && values[order[end]] === values[order[first]]) end++;
    for (let place = first; place < end; place++) {
      ranks[order[place]] = (first + end - 1) / 2 / Math.max(1, order.length - 1);
    }
  }
  return ranks;
}
