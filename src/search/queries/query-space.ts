import { below } from "../../base/random-stream.js";
import { firstNetworks } from "../significance/assemble.js";
import type { IdentityOf } from "../significance/assemble.js";
import type { Choice } from "../significance/significance.js";
import type { Answer } from "./operator-effects.js";

/** A space whose networks can be asked for one figure, each question at a price: a training, a table, a lab. */
export interface QuerySpace {
  /** Operators of each layer. */
  shape: readonly number[];
  identityOf: IdentityOf;
  /** The figure of a network, higher being better. */
  figureOf: (choice: Choice) => number;
}

/** A way to spend a budget of questions: all answers in the order of asking, `budget` of them. */
export type QueryMethod = (space: QuerySpace, budget: number, next: () => number) => Answer[];

/** Asks for a choice's figure. */
export function ask(space: QuerySpace, choice: Choice): Answer {
  return { choice, figure: space.figureOf(choice) };
}

/** A choice with every layer uniform. */
export function randomChoice(shape: readonly number[], next: () => number): number[] {
  return shape.map((operators) => below(operators, next));
}

/** The answer of the greatest figure, the first where several are equal. */
export function bestAnswer(answers: readonly Answer[]): Answer {
  return answers.reduce((best, answer) => (answer.figure > best.figure ? answer : best));
}

/** The first `count` networks by the sum of `scores` that are not in `asked`. */
export function firstUnasked(
  space: QuerySpace,
  scores: readonly (readonly number[])[],
  asked: ReadonlySet<string>,
  count: number,
): Choice[] {
  const unasked = (choice: Choice) => {
    const identity = space.identityOf(choice);
    return identity === undefined || asked.has(identity) ? undefined : identity;
  };
  return firstNetworks(scores, count, unasked).map(({ choice }) => choice);
}
