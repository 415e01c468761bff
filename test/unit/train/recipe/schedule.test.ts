import { expect } from "chai";
import fc from "fast-check";
import { learningRateAt } from "../../../../src/train/recipe/schedule.js";

describe("learningRateAt", () => {
  it("reaches the peak at the end of the rise and half of it half-way down", () => {
    for (const shape of ["cosine", "linear"] as const) {
      const schedule = { peak: 0.2, warmUp: 0.2, shape };
      expect(learningRateAt(schedule, 0, 100)).to.be.closeTo(0.008, 1e-12);
      expect(learningRateAt(schedule, 20, 100)).to.be.closeTo(0.2, 1e-12);
      expect(learningRateAt(schedule, 60, 100)).to.be.closeTo(0.1, 1e-12);
      expect(learningRateAt(schedule, 100, 100)).to.be.closeTo(0, 1e-12);
    }
  });

  it("falls along a half cosine, along a line, or as REX", () => {
    const at = (shape: "cosine" | "linear" | "rex", step = 25) =>
      learningRateAt({ peak: 1, warmUp: 0, shape }, step, 100);
    expect(at("linear")).to.be.closeTo(0.75, 1e-12);
    expect(at("cosine")).to.be.closeTo((1 + Math.SQRT1_2) / 2, 1e-12);
    // REX at a share z of the way: (1 − z) / (½ + ½(1 − z)).
    expect(at("rex", 50)).to.be.closeTo(0.5 / 0.75, 1e-12);
    expect(at("rex", 75)).to.be.closeTo(0.25 / 0.625, 1e-12);
  });

  it("stays above 0 and within the peak, and never rises after the rise", () => {
    const anySchedule = fc.record({
      peak: fc.double({ min: 1e-4, max: 5, noNaN: true }),
      warmUp: fc.double({ min: 0, max: 0.9, noNaN: true }),
      shape: fc.constantFrom("cosine" as const, "linear" as const, "rex" as const),
    });
    fc.assert(
      fc.property(anySchedule, fc.integer({ min: 1, max: 400 }), (schedule, steps) => {
        let last = Infinity;
        for (let step = 0; step < steps; step++) {
          const rate = learningRateAt(schedule, step, steps);
          expect(rate).to.be.greaterThan(0);
          expect(rate).to.be.at.most(schedule.peak * (1 + 1e-12));
          if (step / steps >= schedule.warmUp) {
            expect(rate).to.be.at.most(last * (1 + 1e-12));
            last = rate;
          }
        }
      }),
    );
  });
});
