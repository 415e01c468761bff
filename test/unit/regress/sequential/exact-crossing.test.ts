import { expect } from "chai";
import fc from "fast-check";
import { randomStream } from "../../../../src/base/random-stream.js";
import { exactCrossing, type ExactPlan } from "../../../../src/regress/sequential/exact-crossing.js";
import { LossTest, type LossVerdict } from "../../../../src/regress/sequential/loss-test.js";

const plan: ExactPlan = {
  tolerableLoss: 0,
  lossThatMatters: 0.1,
  falseAlarmRate: 0.01,
  missRate: 0.05,
  images: 200,
};

describe("exactCrossing", () => {
  it("stays within the stated rates at both ends, whatever the share of discordant images", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.5, noNaN: true }), (discordant) => {
        const noLoss = exactCrossing(plan, { losing: discordant / 2, gaining: discordant / 2 });
        expect(noLoss.fail).to.be.at.most(plan.falseAlarmRate);
        const matters = Math.max(discordant, plan.lossThatMatters);
        const loss = exactCrossing(plan, {
          losing: (matters + plan.lossThatMatters) / 2,
          gaining: (matters - plan.lossThatMatters) / 2,
        });
        expect(loss.pass).to.be.at.most(plan.missRate);
        expect(loss.fail + loss.pass + loss.undecided).to.be.closeTo(1, 1e-9);
      }),
      { numRuns: 8, seed: 5 },
    );
  });

  it("says what the test itself comes to, over 4,000 repeats", () => {
    const share = { losing: 0.12, gaining: 0.04 };
    const exact = exactCrossing(plan, share);
    const next = randomStream("exact-crossing");
    const draw = () => {
      const uniform = next() / 2 ** 32;
      if (uniform < share.losing) return 1;
      return uniform < share.losing + share.gaining ? -1 : 0;
    };
    const repeats = 4000;
    const counts: Record<LossVerdict, number> = { fail: 0, pass: 0, undecided: 0 };
    let images = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const test = new LossTest({ ...plan, claim: "expected-loss" });
      while (test.verdict === undefined) test.observe(draw());
      counts[test.verdict]++;
      images += test.imagesUsed;
    }
    for (const verdict of ["fail", "pass", "undecided"] as const) {
      // Five standard errors.
      const error = 5 * Math.sqrt((exact[verdict] * (1 - exact[verdict])) / repeats);
      expect(counts[verdict] / repeats).to.be.closeTo(exact[verdict], error + 1e-9);
    }
    expect(images / repeats).to.be.closeTo(exact.meanImages, 0.05 * exact.meanImages);
  });
});
