import { expect } from "chai";
import fc from "fast-check";
import { operatorEffects, ranksOf } from "../../../../src/search/queries/operator-effects.js";

describe("operators' effects", () => {
  it("solve ridge regression: each effect is its residuals' sum over their number and the penalty", () => {
    const answers = fc.array(
      fc.record({ choice: fc.tuple(fc.nat(2), fc.nat(1), fc.nat(2)), figure: fc.integer({ min: 0, max: 50 }) }),
      { minLength: 5, maxLength: 40 },
    );
    fc.assert(
      fc.property(answers, (asked) => {
        const effects = operatorEffects(asked, [3, 2, 3], 1);
        const ranks = ranksOf(asked.map(({ figure }) => figure));
        const mean = ranks.reduce((sum, rank) => sum + rank, 0) / ranks.length;
        // The gradient of Σ (rank − mean − Σ effects)² + penalty·Σ effect² vanishes.
        effects.forEach((row, layer) =>
          row.forEach((effect, operator) => {
            let gradient = -effect;
            asked.forEach(({ choice }, place) => {
              if (choice[layer] !== operator) return;
              gradient += ranks[place] - mean - choice.reduce((sum, chosen, at) => sum + effects[at][chosen], 0);
            });
            expect(gradient).to.be.closeTo(0, 1e-3);
          }),
        );
      }),
    );
  });

  it("find the operator that helps, among networks that fail altogether", () => {
    const asked = [0, 1, 2].flatMap((first) =>
      [0, 1, 2].map((second) => ({ choice: [first, second], figure: first === 0 ? 10 : 80 + second })),
    );
    const [first, second] = operatorEffects(asked, [3, 3], 1);
    expect(first[0]).to.be.lessThan(first[1]);
    expect(second[0]).to.be.lessThan(second[1]);
    expect(second[1]).to.be.lessThan(second[2]);
  });

  it("say nothing of an operator that was never asked", () => {
    expect(
      operatorEffects(
        [
          { choice: [0], figure: 1 },
          { choice: [1], figure: 2 },
        ],
        [3],
        1,
      )[0][2],
    ).to.equal(0);
  });

  it("rank equal figures alike", () => {
    expect(ranksOf([5, 1, 5, 9])).to.deep.equal([0.5, 0, 0.5, 1]);
    expect(ranksOf([7])).to.deep.equal([0]);
  });
});
