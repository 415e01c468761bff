import { expect } from "chai";
import { randomStream, shuffledOrder } from "../../../../src/base/random-stream.js";
import { leastImages, type LossPlan, LossTest, usualRates } from "../../../../src/regress/sequential/loss-test.js";
import { expectNasError } from "../../../support/expect-nas-error.js";

const plan: LossPlan = { tolerableLoss: 0, lossThatMatters: 0.02, ...usualRates, claim: "this-set", images: 10_000 };

/** A set of images of which so many lose and so many gain, in an order drawn by `seed`. */
function losses(images: number, losing: number, gaining: number, seed: number): (-1 | 0 | 1)[] {
  const set = Array.from({ length: images }, (_, index) => (index < losing ? 1 : index < losing + gaining ? -1 : 0));
  return Array.from(shuffledOrder(images, randomStream("loss-test", seed)), (place) => set[place]);
}

function run(given: Partial<LossPlan>, values: readonly (-1 | 0 | 1)[]): LossTest {
  const test = new LossTest({ ...plan, ...given });
  for (const value of values) if (test.observe(value) !== undefined) break;
  return test;
}

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("LossTest", () => {
  const repeats = Array.from({ length: 100 }, (_, seed) => seed);

  it("finds a loss of two points among 5 % discordant images with less than 60 % of the fixed test's 3,480 images", () => {
    const tests = repeats.map((seed) => run({}, losses(10_000, 350, 150, seed)));
    expect(tests.filter(({ verdict }) => verdict === "fail").length).to.be.at.least(95);
    expect(average(tests.map(({ imagesUsed }) => imagesUsed))).to.be.below(0.6 * 3480);
  });

  it("passes without a loss after less than 30 % of them, and raises no alarm", () => {
    const tests = repeats.map((seed) => run({}, losses(10_000, 250, 250, seed)));
    expect(tests.map(({ verdict }) => verdict)).to.satisfy((all: string[]) => all.every((each) => each === "pass"));
    expect(average(tests.map(({ imagesUsed }) => imagesUsed))).to.be.below(0.3 * 3480);
  });

  it("knows the answer when every image of the set is used", () => {
    const images = 50;
    const of = (losing: number) =>
      run({ images, tolerableLoss: 0.02, lossThatMatters: 0.06 }, losses(images, losing, 0, 1));
    expect(of(3).verdict).to.equal("fail");
    expect(of(1).verdict).to.equal("pass");
    expect(of(2)).to.include({ verdict: "undecided", imagesUsed: images, meanLoss: 0.04 });
  });

  it("stays undecided about what to expect of other images where these are too few to tell", () => {
    const values = losses(900, 9, 0, 3);
    expect(run({ images: 900, claim: "expected-loss" }, values).verdict).to.equal("undecided");
  });

  it("keeps its verdict whatever comes later", () => {
    const test = run({ images: 100 }, new Array<1>(40).fill(1));
    const { imagesUsed } = test;
    expect(test.observe(-1)).to.equal("fail");
    expect(test.imagesUsed).to.equal(imagesUsed);
  });

  it("says how many images an expected loss needs: as many as hold the losing images that an alarm wants", () => {
    const onlyLosses = run({ claim: "expected-loss" }, new Array<1>(40).fill(1));
    expect(onlyLosses.verdict).to.equal("fail");
    // No test at all can do with fewer than log₂(10,000) = 13.3.
    expect(onlyLosses.imagesUsed).to.be.within(14, 18);
    expect(leastImages(plan)).to.equal(onlyLosses.imagesUsed / plan.lossThatMatters);
  });

  it("refuses a plan that cannot be met, and says what would do", () => {
    for (const [wrong, words] of [
      [{ tolerableLoss: 0.02 }, /nothing to tell apart/],
      [{ tolerableLoss: -0.01 }, /nothing to tell apart/],
      [{ lossThatMatters: 2 }, /nothing to tell apart/],
      [{ falseAlarmRate: 0 }, /falseAlarmRate is 0/],
      [{ missRate: NaN }, /missRate is NaN/],
      [{ images: 0 }, /0 images/],
      [{ images: 500, claim: "expected-loss" }, /500 images cannot show/],
    ] as const) {
      const error = expectNasError("NAS_REGRESS_PLAN", () => new LossTest({ ...plan, ...wrong }));
      expect(error.message).to.match(words);
    }
  });
});
