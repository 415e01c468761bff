import { expect } from "chai";
import { rankAgreement } from "../../../../src/search/oracle/rank-agreement.js";

const accuracies = Array.from({ length: 60 }, (_, place) => 0.8 + place / 1000);
/** Right but for neighbours that changed places. */
const good = accuracies.map((accuracy, place) => accuracy + (place % 2 === 0 ? 0.0015 : 0));
const poor = accuracies.map((_, place) => Math.sin(place * 7));

describe("how well a figure ranks networks", () => {
  const { agreements, firstBetterBy } = rankAgreement(accuracies, { good, poor });

  it("is Kendall's τ with an interval that holds it", () => {
    const [first, second] = agreements;
    expect(first.tau).to.be.greaterThan(0.9);
    expect(Math.abs(second.tau)).to.be.lessThan(0.2);
    for (const { tau, interval95 } of agreements) {
      // Ties within a resample move τ-b a little.
      expect(tau).to.be.within(interval95[0] - 0.02, interval95[1] + 0.02);
    }
  });

  it("tells which figure ranks better, on the same networks", () => {
    expect(firstBetterBy[0].name).to.equal("poor");
    expect(firstBetterBy[0].interval95[0]).to.be.greaterThan(0.5);
    const [low, high] = rankAgreement(accuracies, { good, again: good }).firstBetterBy[0].interval95;
    expect([low, high]).to.deep.equal([0, 0]);
  });
});
