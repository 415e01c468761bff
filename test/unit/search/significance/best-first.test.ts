import { expect } from "chai";
import fc from "fast-check";
import { bestFirst } from "../../../../src/search/significance/best-first.js";

/** Eighths: sums of them are exact, so that equal scores are equal whatever the order of adding. */
const score = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: -16, max: 0 }).map((n) => n / 8) },
  fc.constant(-Infinity),
);
const scores = fc.array(fc.array(score, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 });

/** Every choice by counting, then sorted: the specification. */
function byBruteForce(rows: number[][]): { choice: number[]; score: number }[] {
  let choices: number[][] = [[]];
  for (const row of rows) choices = choices.flatMap((choice) => row.map((_, operator) => [...choice, operator]));
  const rankOf = (row: number[], operator: number) =>
    row.filter((score, place) => score > row[operator] || (score === row[operator] && place < operator)).length;
  const ranksOf = (choice: number[]) => choice.map((operator, layer) => rankOf(rows[layer], operator));
  return choices
    .map((choice) => ({ choice, score: choice.reduce((sum, operator, layer) => sum + rows[layer][operator], 0) }))
    .sort((a, b) => (a.score === b.score ? lexical(ranksOf(a.choice), ranksOf(b.choice)) : b.score - a.score));
}

function lexical(a: number[], b: number[]): number {
  const layer = a.findIndex((rank, place) => rank !== b[place]);
  return layer < 0 ? 0 : a[layer] - b[layer];
}

describe("enumerating choices best first", () => {
  it("gives every choice once, in the order of scores, ties by rank", () => {
    fc.assert(
      fc.property(scores, (rows) => {
        expect([...bestFirst(rows)]).to.deep.equal(byBruteForce(rows));
      }),
    );
  });

  it("never rises, whatever the floats", () => {
    const floats = fc.array(fc.array(fc.double({ min: -50, max: 0, noNaN: true }), { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(floats, (rows) => {
        const found = [...bestFirst(rows)];
        expect(found.length).to.equal(rows.reduce((product, row) => product * row.length, 1));
        for (let place = 1; place < found.length; place++) {
          expect(found[place].score).to.be.at.most(found[place - 1].score);
        }
      }),
    );
  });

  it("begins at once in a space of 10^18 choices", () => {
    const rows = Array.from({ length: 18 }, (_, layer) =>
      Array.from({ length: 10 }, (_, place) => -place / (layer + 1)),
    );
    const found = bestFirst(rows);
    const first: number[] = [];
    for (const { score } of found) {
      first.push(score);
      if (first.length === 1000) break;
    }
    expect(first[0]).to.equal(0);
    expect(first).to.deep.equal([...first].sort((a, b) => b - a));
  });
});
