import { expect } from "chai";
import fc from "fast-check";
import {
  allFinite,
  bothTrue,
  clipKeepingNaN,
  greaterThan,
  lessThan,
  logSoftmaxRows,
  normalizeBatch,
  normalizeBatchGradient,
  rectifierGradient,
} from "../../../../src/engine/fallback/loops.js";
import { expectClose } from "../../../support/close-to.js";

const number = fc.integer({ min: -400, max: 400 }).map((hundredths) => hundredths / 100);
const arrayOf = (length: number) => fc.array(number, { minLength: length, maxLength: length });

/** Maps of 1 … 9 channels: fewer than four, a multiple of four, and some over. */
const anyMaps = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 2, max: 12 })).chain(([channels, rows]) =>
  fc.record({
    channels: fc.constant(channels),
    values: arrayOf(rows * channels),
    upstream: arrayOf(rows * channels),
    gamma: arrayOf(channels),
    beta: arrayOf(channels),
  }),
);

function normalized(values: readonly number[], gamma: readonly number[], beta: readonly number[], epsilon: number) {
  const channels = gamma.length;
  const ofChannel = (channel: number) => values.filter((_, at) => at % channels === channel);
  const mean = gamma.map((_, channel) => average(ofChannel(channel)));
  const biased = mean.map((middle, channel) => average(ofChannel(channel).map((value) => (value - middle) ** 2)));
  const output = values.map((value, at) => {
    const channel = at % channels;
    return (gamma[channel] * (value - mean[channel])) / Math.sqrt(biased[channel] + epsilon) + beta[channel];
  });
  return { mean, biased, output };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Every number within `distance` of its counterpart. */
function expectNear(found: ArrayLike<number>, expected: readonly number[], distance: number): void {
  expect(found.length).to.equal(expected.length);
  expected.forEach((value, at) => expect(found[at], `element ${at}`).to.be.closeTo(value, distance));
}

const emptyStatistics = (channels: number) => ({
  mean: new Float32Array(channels),
  variance: new Float32Array(channels),
  inverseDeviation: new Float32Array(channels),
});

describe("the fallback's loops", () => {
  it("normalize a batch as the definition does, for any number of channels", () => {
    const property = fc.property(anyMaps, ({ channels, values, gamma, beta }) => {
      const output = new Float32Array(values.length);
      const statistics = emptyStatistics(channels);
      normalizeBatch(
        Float32Array.from(values),
        { gamma: Float32Array.from(gamma), beta: Float32Array.from(beta), epsilon: 0.01 },
        output,
        statistics,
      );
      const expected = normalized(values, gamma, beta, 0.01);
      const rows = values.length / channels;
      expectNear(output, expected.output, 1e-4);
      expectNear(statistics.mean, expected.mean, 1e-5);
      const unbiased = expected.biased.map((variance) => (variance * rows) / (rows - 1));
      expectNear(statistics.variance, unbiased, 1e-4);
      const inverse = expected.biased.map((variance) => 1 / Math.sqrt(variance + 0.01));
      expectNear(statistics.inverseDeviation, inverse, 1e-4);
    });
    fc.assert(property);
  });

  it("give the finite differences of that as gradients", () => {
    const property = fc.property(anyMaps, ({ channels, values, upstream, gamma, beta }) => {
      // Large enough to keep differences of double precision meaningful where all values of a channel are equal.
      const epsilon = 1;
      const statistics = emptyStatistics(channels);
      const [x, scale] = [Float32Array.from(values), Float32Array.from(gamma)];
      normalizeBatch(
        x,
        { gamma: scale, beta: Float32Array.from(beta), epsilon },
        new Float32Array(values.length),
        statistics,
      );
      const found = { values: x.map(() => 0), gamma: scale.map(() => 0), beta: scale.map(() => 0) };
      normalizeBatchGradient(Float32Array.from(upstream), x, scale, statistics, found);

      const loss = (v: readonly number[], g: readonly number[], b: readonly number[]) =>
        normalized(v, g, b, epsilon).output.reduce((sum, value, at) => sum + value * upstream[at], 0);
      const slopes = (list: readonly number[], of: (changed: number[]) => number) =>
        list.map((value, at) => (of(list.with(at, value + 1e-4)) - of(list.with(at, value - 1e-4))) / 2e-4);
      const close = (a: ArrayLike<number>, b: readonly number[]) =>
        b.forEach((slope, at) => expect(a[at]).to.be.closeTo(slope, 1e-3));
      close(
        found.values,
        slopes(values, (changed) => loss(changed, gamma, beta)),
      );
      close(
        found.gamma,
        slopes(gamma, (changed) => loss(values, changed, beta)),
      );
      close(
        found.beta,
        slopes(beta, (changed) => loss(values, gamma, changed)),
      );
    });
    fc.assert(property, { numRuns: 40 });
  });

  it("give the logarithm of the softmax, also of scores whose exponentials overflow", () => {
    const output = new Float32Array(6);
    logSoftmaxRows(Float32Array.of(1, 2, 3, 1000, 1000, -1000), 3, output);
    const total = Math.exp(1) + Math.exp(2) + Math.exp(3);
    const expected = [1, 2, 3].map((score) => Math.log(Math.exp(score) / total));
    expectClose(output, [...expected, -Math.log(2), -Math.log(2), -2000 - Math.log(2)], 1e-6);
    logSoftmaxRows(Float32Array.of(1, NaN), 2, output);
    expect(output[0]).to.be.NaN;
  });

  it("pass a gradient where the feature is positive", () => {
    const gradient = new Float32Array(4);
    rectifierGradient(Float32Array.of(2, -3, 5, 7), Float32Array.of(1, 0.5, 0, -1), gradient);
    expect([...gradient].map((value) => value + 0)).to.deep.equal([2, -3, 0, 0]);
  });

  it("compare strictly, and take both where both are true", () => {
    const [greater, less, both] = [new Uint8Array(4), new Uint8Array(4), new Uint8Array(4)];
    greaterThan(Float32Array.of(1, 2, 3, NaN), 2, greater);
    lessThan(Float32Array.of(1, 2, 3, NaN), 2, less);
    bothTrue(Uint8Array.of(0, 1, 0, 1), Uint8Array.of(0, 0, 1, 1), both);
    expect([[...greater], [...less], [...both]]).to.deep.equal([
      [0, 0, 1, 0],
      [1, 0, 0, 0],
      [0, 0, 0, 1],
    ]);
  });

  it("find a value that is not finite at any place", () => {
    for (let length = 1; length < 10; length++) {
      expect(allFinite(new Float32Array(length).fill(3e38))).to.equal(true);
      for (let place = 0; place < length; place++) {
        for (const odd of [NaN, Infinity, -Infinity]) {
          expect(allFinite(new Float32Array(length).with(place, odd))).to.equal(false);
        }
      }
    }
    expect(allFinite(Float32Array.of(Infinity, -Infinity))).to.equal(false);
  });

  it("clip to a range and keep NaN", () => {
    const output = new Float32Array(5);
    clipKeepingNaN(Float32Array.of(-2, -1, 0.5, Infinity, NaN), -1, 4, output);
    expect([...output]).to.deep.equal([-1, -1, 0.5, 4, NaN]);
  });
});
