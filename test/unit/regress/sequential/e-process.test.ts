import { expect } from "chai";
import fc from "fast-check";
import { EProcess, stakes } from "../../../../src/regress/sequential/e-process.js";

/** Every order in which the values of a set may come, [orders][values]. */
function orders(values: readonly number[]): number[][] {
  if (values.length <= 1) return [[...values]];
  return values.flatMap((value, index) =>
    orders([...values.slice(0, index), ...values.slice(index + 1)]).map((rest) => [value, ...rest]),
  );
}

function evidenceAlong(bound: number, population: number, values: readonly number[]): number[] {
  const process = new EProcess(bound, population);
  return values.map((value) => {
    process.observe(value);
    return process.evidence;
  });
}

describe("EProcess", () => {
  it("keeps its promise exactly on every small set whose mean is at most the bound, over all orders", function () {
    this.timeout(30_000);
    const value = fc.constantFrom(-1, 0, 1);
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 6 }),
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        (set, slack) => {
          const mean = set.reduce((sum: number, each) => sum + each, 0) / set.length;
          const bound = Math.min(0.99, mean + slack);
          fc.pre(bound > -1 && bound >= mean);
          const paths = orders(set).map((order) => evidenceAlong(bound, set.length, order));
          for (let step = 0; step < set.length; step++) {
            const average = paths.reduce((sum, path) => sum + path[step], 0) / paths.length;
            expect(average).to.be.at.most(1 + 1e-9);
          }
          // Ville's inequality, for any level that might be asked for.
          for (const level of [1.2, 2, 5]) {
            const crossed = paths.filter((path) => path.some((evidence) => evidence >= level)).length;
            expect(crossed / paths.length).to.be.at.most(1 / level + 1e-9);
          }
        },
      ),
      { numRuns: 60, seed: 20 },
    );
  });

  it("is a fair game at the bound: the expected capital after one value is what it was", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -0.9, max: 0.9, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (bound, spread) => {
          // Values −1, 0, 1 whose mean is the bound.
          const up = Math.max(0, bound) + (spread * (1 - Math.abs(bound))) / 2;
          const down = up - bound;
          const after = (value: number) => evidenceAlong(bound, Infinity, [value])[0];
          const expected = up * after(1) + down * after(-1) + (1 - up - down) * after(0);
          expect(expected).to.be.closeTo(1, 1e-9);
        },
      ),
      { seed: 20 },
    );
  });

  it("is certain where no rest of the set could bring the mean down to the bound", () => {
    // Five images, at most one net loss allowed; after three losses two gains would still leave one: possible. Four: not.
    expect(evidenceAlong(0.2, 5, [1, 1, 1])[2]).to.be.below(Infinity);
    expect(evidenceAlong(0.2, 5, [1, 1, 1, 1])[3]).to.equal(Infinity);
    // 0.29 · 100 is 28.999999999999996: a mean of exactly the bound must not be refuted by rounding.
    const whole = [...new Array<number>(29).fill(1), ...new Array<number>(71).fill(0)];
    expect(evidenceAlong(0.29, 100, whole).at(-1)).to.be.below(Infinity);
  });

  it("cannot grow where the bound allows whatever is left", () => {
    expect(evidenceAlong(0.5, 4, [-1, -1, 1, 1])).to.satisfy((path: number[]) => path.every((each) => each <= 1));
  });

  it("never stakes all it has", () => {
    expect(Math.max(...stakes)).to.be.below(1);
    const path = evidenceAlong(0.02, Infinity, new Array<number>(300).fill(-1));
    expect(path.every((evidence) => evidence > 0)).to.equal(true);
  });
});
