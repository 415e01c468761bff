import type { WeightStepPer } from "../../network/network.js";
import { type LevelRange, plainKernel, type QuantizerKernel } from "./quantizer-kernel.js";
import type { Tensor, Tensorflow } from "../../engine/tensorflow.js";

export type { LevelRange };

/**
 * Levels of signed weights of `bits` bits, 2 … 8: symmetric, −(2^(b−1)−1) … 2^(b−1)−1, because a differential pair of
 * cells holds a magnitude and its sign (15 levels at 4 bits). The paper's two's complement range has one level more.
 */
export function weightLevels(bits: number): LevelRange {
  const above = 2 ** (bits - 1) - 1;
  return { below: above, above };
}

/** Levels of unsigned activations of `bits` bits, 1 … 8: 0 … 2^b − 1. */
export function activationLevels(bits: number): LevelRange {
  return { below: 0, above: 2 ** bits - 1 };
}

/**
 * Levels of signed activations of `bits` bits, 2 … 8, which no rectifier made positive: symmetric as those of weights,
 * −(2^(b−1)−1) … 2^(b−1)−1, as a sum of two maps takes them.
 */
export function signedActivationLevels(bits: number): LevelRange {
  return weightLevels(bits);
}

/** Steps are kept at least this large, so that v / s stays finite. */
export const smallestStep = 1e-6;

/**
 * The steps to start from, 2·mean|v|/√Qp: [1] over all values, or [channels] over those of each index of the last axis;
 * never 0, because a step of 0 cannot grow again.
 */
export function initialStep(
  { tf }: Tensorflow,
  values: Tensor,
  levels: LevelRange,
  stepPer: WeightStepPer = "layer",
): Float32Array {
  const axes = stepPer === "channel" ? allButLast(values) : undefined;
  const meanMagnitudes = tf.tidy(() => tf.mean(tf.abs(values), axes).dataSync());
  return Float32Array.from(meanMagnitudes, (mean) => Math.max((2 * mean) / Math.sqrt(levels.above), smallestStep));
}

/** The paper's scale of a step's gradient, 1/√(N·Qp); N = weights that share the step, or activations of one sample. */
export function stepGradientScale(count: number, levels: LevelRange): number {
  return 1 / Math.sqrt(count * levels.above);
}

/**
 * LSQ's quantizer, s·round(clip(v/s, −Qn, Qp)), differentiable in the values and in the steps: [1] for all values, or
 * [channels] for the last axis. Gradient in v: 1 strictly inside the range, else 0. In s: round(v/s) − v/s inside, −Qn
 * below, Qp above, summed over the values that share the step; times `gradientScale`. Ties round to even.
 * Source: Esser et al., "Learned step size quantization", ICLR 2020, eqs. 1 to 3.
 */
export function fakeQuantize(
  engine: Tensorflow,
  values: Tensor,
  step: Tensor,
  levels: LevelRange,
  { gradientScale, kernel = plainKernel(engine) }: { gradientScale: number; kernel?: QuantizerKernel },
): Tensor {
  const { tf } = engine;
  const sumByStep = (terms: Tensor) =>
    step.size === 1 ? tf.reshape(tf.sum(terms), step.shape) : tf.sum(terms, allButLast(terms));
  const quantize = tf.customGrad((...inputs) => {
    const [v, s, save] = inputs as [Tensor, Tensor, (saved: Tensor[]) => void];
    const value = kernel.quantize(v, s, levels);
    // Only what is kept anyway: the input, and the output that the next layer computes with.
    save([v, s, value]);
    return {
      value,
      // In a tidy of its own: what a gradient leaves behind would else wait for the end of the whole step.
      gradFunc: (upstream: Tensor, saved: Tensor[]) =>
        tf.tidy(() => {
          const [real, unit, quantized] = saved;
          const inValues = kernel.passInside(upstream, real, unit, levels);
          // Outside the range the output is −Qn·s or Qp·s itself, so Σ upstream·output − Σ inside·upstream·v is s times
          // the sum of all three cases.
          const difference = tf.sub(sumByStep(tf.mul(upstream, quantized)), sumByStep(tf.mul(inValues, real)));
          return [inValues, tf.mul(tf.div(difference, unit), gradientScale)];
        }),
    };
  });
  return quantize(values, step);
}

function allButLast({ rank }: Tensor): number[] {
  return Array.from({ length: rank - 1 }, (_, axis) => axis);
}
