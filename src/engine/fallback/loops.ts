/**
 * What tfjs's WebAssembly backend lacks or computes slowly, as plain loops over float32 maps whose last axis is the
 * channel. Sums are kept in double precision.
 *
 * Loops over maps take four channels at a time, whose sums and factors then stay in registers: three times faster than
 * one value after the other. Where the channels are no multiple of four, the last one is computed again instead.
 */

/** What a batch was normalized by, per channel. */
export interface BatchStatistics {
  mean: Float32Array;
  /** 1 / √(variance + epsilon), of the biased variance. */
  inverseDeviation: Float32Array;
  /** Unbiased: over (elements − 1), for the moving average. */
  variance: Float32Array;
}

/** output = gamma·(values − mean)/√(variance + epsilon) + beta, by the values' own statistics per channel. */
export function normalizeBatch(
  values: Float32Array,
  { gamma, beta, epsilon }: { gamma: Float32Array; beta: Float32Array; epsilon: number },
  output: Float32Array,
  statistics: BatchStatistics,
): void {
  const channels = gamma.length;
  const count = values.length / channels;
  const means = channelSums(values, channels).map((sum) => sum / count);
  const squares = channelSquares(values, means);
  const scale = new Float64Array(channels);
  const offset = new Float64Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    const inverse = 1 / Math.sqrt(squares[channel] / count + epsilon);
    statistics.mean[channel] = means[channel];
    statistics.inverseDeviation[channel] = inverse;
    statistics.variance[channel] = squares[channel] / Math.max(1, count - 1);
    scale[channel] = gamma[channel] * inverse;
    offset[channel] = beta[channel] - means[channel] * scale[channel];
  }
  combine([values, scale], [values, new Float64Array(channels)], offset, output);
}

/** The gradients of `normalizeBatch` in its values, gamma and beta, for the gradient `upstream` in its output. */
export function normalizeBatchGradient(
  upstream: Float32Array,
  values: Float32Array,
  gamma: Float32Array,
  statistics: Pick<BatchStatistics, "mean" | "inverseDeviation">,
  gradients: { values: Float32Array; gamma: Float32Array; beta: Float32Array },
): void {
  const { mean, inverseDeviation } = statistics;
  const channels = gamma.length;
  const count = values.length / channels;
  const sums = channelSums(upstream, channels);
  const products = channelProducts(upstream, values, mean);
  // In the values: scale·(upstream − mean of upstream − normalized·mean of upstream·normalized), in three terms.
  const scale = new Float64Array(channels);
  const slope = new Float64Array(channels);
  const offset = new Float64Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    const inverse = inverseDeviation[channel];
    gradients.beta[channel] = sums[channel];
    gradients.gamma[channel] = products[channel] * inverse;
    scale[channel] = gamma[channel] * inverse;
    slope[channel] = (-scale[channel] * inverse * inverse * products[channel]) / count;
    offset[channel] = (-scale[channel] * sums[channel]) / count - slope[channel] * mean[channel];
  }
  combine([upstream, scale], [values, slope], offset, gradients.values);
}

/** `upstream` where `features` is positive, else 0. */
export function rectifierGradient(upstream: Float32Array, features: Float32Array, gradient: Float32Array): void {
  // A product, because which way a branch goes here no processor can guess.
  for (let at = 0; at < upstream.length; at++) gradient[at] = upstream[at] * Number(features[at] > 0);
}

/** Whether no value is infinite or NaN. */
export function allFinite(values: Float32Array): boolean {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  const whole = values.length - (values.length % 4);
  for (let at = 0; at < whole; at += 4) {
    s0 += values[at];
    s1 += values[at + 1];
    s2 += values[at + 2];
    s3 += values[at + 3];
  }
  for (let at = whole; at < values.length; at++) s0 += values[at];
  return Number.isFinite(s0 + s1 + s2 + s3);
}

/** Values clipped to lowest … highest; NaN stays NaN. */
export function clipKeepingNaN(values: Float32Array, lowest: number, highest: number, output: Float32Array): void {
  for (let at = 0; at < values.length; at++) output[at] = Math.min(Math.max(values[at], lowest), highest);
}

/** 1 where a value is greater than `bound`, else 0. */
export function greaterThan(values: Float32Array, bound: number, output: Uint8Array): void {
  for (let at = 0; at < values.length; at++) output[at] = Number(values[at] > bound);
}

/** 1 where a value is less than `bound`, else 0. */
export function lessThan(values: Float32Array, bound: number, output: Uint8Array): void {
  for (let at = 0; at < values.length; at++) output[at] = Number(values[at] < bound);
}

/** 1 where both are 1, else 0. */
export function bothTrue(a: Uint8Array, b: Uint8Array, output: Uint8Array): void {
  for (let at = 0; at < output.length; at++) output[at] = a[at] & b[at];
}

/** The logarithm of the softmax over each row of `classes` scores. */
export function logSoftmaxRows(scores: Float32Array, classes: number, output: Float32Array): void {
  for (let first = 0; first < scores.length; first += classes) {
    let largest = -Infinity;
    for (let at = first; at < first + classes; at++) largest = Math.max(largest, scores[at]);
    let sum = 0;
    for (let at = first; at < first + classes; at++) sum += Math.exp(scores[at] - largest);
    const logarithm = largest + Math.log(sum);
    for (let at = first; at < first + classes; at++) output[at] = scores[at] - logarithm;
  }
}

/** Σ values. */
function channelSums(values: Float32Array, channels: number): Float64Array {
  const sums = new Float64Array(channels);
  for (let c0 = 0; c0 < channels; c0 += 4) {
    const [c1, c2, c3] = nextThree(c0, channels);
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let row = 0; row < values.length; row += channels) {
      s0 += values[row + c0];
      s1 += values[row + c1];
      s2 += values[row + c2];
      s3 += values[row + c3];
    }
    [sums[c0], sums[c1], sums[c2], sums[c3]] = [s0, s1, s2, s3];
  }
  return sums;
}

/** Σ (values − mean)². */
function channelSquares(values: Float32Array, means: Float64Array): Float64Array {
  const channels = means.length;
  const sums = new Float64Array(channels);
  for (let c0 = 0; c0 < channels; c0 += 4) {
    const [c1, c2, c3] = nextThree(c0, channels);
    const [m0, m1, m2, m3] = [means[c0], means[c1], means[c2], means[c3]];
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let row = 0; row < values.length; row += channels) {
      const d0 = values[row + c0] - m0;
      const d1 = values[row + c1] - m1;
      const d2 = values[row + c2] - m2;
      const d3 = values[row + c3] - m3;
      s0 += d0 * d0;
      s1 += d1 * d1;
      s2 += d2 * d2;
      s3 += d3 * d3;
    }
    [sums[c0], sums[c1], sums[c2], sums[c3]] = [s0, s1, s2, s3];
  }
  return sums;
}

/** Σ upstream·(values − mean). */
function channelProducts(upstream: Float32Array, values: Float32Array, means: Float32Array): Float64Array {
  const channels = means.length;
  const sums = new Float64Array(channels);
  for (let c0 = 0; c0 < channels; c0 += 4) {
    const [c1, c2, c3] = nextThree(c0, channels);
    const [m0, m1, m2, m3] = [means[c0], means[c1], means[c2], means[c3]];
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let row = 0; row < values.length; row += channels) {
      s0 += upstream[row + c0] * (values[row + c0] - m0);
      s1 += upstream[row + c1] * (values[row + c1] - m1);
      s2 += upstream[row + c2] * (values[row + c2] - m2);
      s3 += upstream[row + c3] * (values[row + c3] - m3);
    }
    [sums[c0], sums[c1], sums[c2], sums[c3]] = [s0, s1, s2, s3];
  }
  return sums;
}

/** output = a·scale + b·slope + offset, factors per channel. */
function combine(
  [a, scale]: readonly [Float32Array, Float64Array],
  [b, slope]: readonly [Float32Array, Float64Array],
  offset: Float64Array,
  output: Float32Array,
): void {
  const channels = scale.length;
  for (let c0 = 0; c0 < channels; c0 += 4) {
    const [c1, c2, c3] = nextThree(c0, channels);
    const [f0, f1, f2, f3] = [scale[c0], scale[c1], scale[c2], scale[c3]];
    const [g0, g1, g2, g3] = [slope[c0], slope[c1], slope[c2], slope[c3]];
    const [h0, h1, h2, h3] = [offset[c0], offset[c1], offset[c2], offset[c3]];
    for (let row = 0; row < output.length; row += channels) {
      output[row + c0] = a[row + c0] * f0 + b[row + c0] * g0 + h0;
      output[row + c1] = a[row + c1] * f1 + b[row + c1] * g1 + h1;
      output[row + c2] = a[row + c2] * f2 + b[row + c2] * g2 + h2;
      output[row + c3] = a[row + c3] * f3 + b[row + c3] * g3 + h3;
    }
  }
}

/** The three channels after `first`, or the last one again where there are no more. */
function nextThree(first: number, channels: number): [number, number, number] {
  const last = channels - 1;
  return [Math.min(first + 1, last), Math.min(first + 2, last), Math.min(first + 3, last)];
}
