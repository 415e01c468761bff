import { expect } from "chai";
import fc from "fast-check";
import { randomStream, shuffledOrder } from "../../../../src/base/random-stream.js";
import { LossTest } from "../../../../src/regress/sequential/loss-test.js";
import { verdictOf } from "../../../../src/regress/sequential/verdict-of.js";

describe("verdictOf", () => {
  it("says what LossTest says, after the same image", () => {
    const rate = fc.constantFrom(1e-4, 1e-3, 0.05, 0.3);
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom<-1 | 0 | 1>(-1, 0, 0, 0, 1), { minLength: 1, maxLength: 400 }),
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        rate,
        rate,
        (losses, tolerableLoss, more, falseAlarmRate, missRate) => {
          const images = losses.length;
          const lossThatMatters = tolerableLoss + more;
          const plan = { tolerableLoss, lossThatMatters, falseAlarmRate, missRate, claim: "this-set", images } as const;
          const order = shuffledOrder(images, randomStream("verdict-of", images));
          const test = new LossTest(plan);
          for (const place of order) if (test.observe(losses[place]) !== undefined) break;
          const fast = verdictOf(plan, Int8Array.from(losses), order);
          expect(fast).to.deep.equal({ verdict: test.verdict, imagesUsed: test.imagesUsed });
        },
      ),
      { numRuns: 300, seed: 11 },
    );
  });
});
