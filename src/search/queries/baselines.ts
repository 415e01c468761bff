import { below, shuffledOrder } from "../../base/random-stream.js";
import { type Choice } from "../significance/significance.js";
import type { Answer } from "./operator-effects.js";
import { ask, bestAnswer, type QueryMethod, randomChoice } from "./query-space.js";

/** Random search: every layer's operator uniform. */
export const randomSearch: QueryMethod = (space, budget, next) =>
  Array.from({ length: budget }, () => ask(space, randomChoice(space.shape, next)));

/**
 * Regularized evolution (Real et al., AAAI 2019): of `sample` members drawn from the population the best has a child, one of
 * its layers changed to another operator; the child joins, the oldest member leaves.
 */
export function regularizedEvolution(settings: { population: number; sample: number }): QueryMethod {
  return (space, budget, next) => {
    const answers: Answer[] = [];
    while (answers.length < Math.min(settings.population, budget)) {
      answers.push(ask(space, randomChoice(space.shape, next)));
    }
    while (answers.length < budget) {
      const population = answers.slice(-settings.population);
      const drawn = shuffledOrder(population.length, next).subarray(0, settings.sample);
      const parent = bestAnswer(Array.from(drawn, (place) => population[place]));
      answers.push(ask(space, mutate(parent.choice, space.shape, next)));
    }
    return answers;
  };
}

/** The choice with one layer's operator changed to another one. */
function mutate(choice: Choice, shape: readonly number[], next: () => number): Choice {
  const mutable = shape.flatMap((operators, layer) => (operators > 1 ? [layer] : []));
  const layer = mutable[below(mutable.length, next)];
  const other = (choice[layer] + 1 + below(shape[layer] - 1, next)) % shape[layer];
  return choice.with(layer, other);
}
