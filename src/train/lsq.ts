import type { Tensor, Tensorflow } from "./tensorflow.js";

/** The integers a quantizer may give: −below … above (Qn and Qp of the paper). */
export interface LevelRange {
  below: number;
  above: number;
}

/**
 * Levels of signed weights of `bits` bits, 2 … 8: symmetric, −(2^(b−1)−1) … 2^(b−1)−1, because a differential pair of
 * cells holds a magnitude and its sign (15 levels at 4 bits). The paper's two's complement range has one level more.
 */
export function weightLevels(bits: number): LevelRange {
  const above = 2 ** (bits - 1) - 1;
  return { below: above, above };
}

/** Levels of unsigned activations of `bits` bits: 0 … 2^b − 1. */
export function activationLevels(bits: number): LevelRange {
  return { below: 0, above: 2 ** bits - 1 };
}

/** The step to start from, 2·mean|v|/√Qp; never 0, because a step of 0 cannot grow again. */
export function initialStep({ tf }: Tensorflow, values: Tensor, levels: LevelRange): number {
  const meanMagnitude = tf.tidy(() => tf.mean(tf.abs(values)).dataSync()[0]);
  return Math.max((2 * meanMagnitude) / Math.sqrt(levels.above), smallestStep);
}

/** Steps are kept at least this large, so that v / s stays finite. */
export const smallestStep = 1e-6;

/** The paper's scale of a step's gradient, 1/√(N·Qp); N = weights of the layer, or activations of one sample. */
export function stepGradientScale(count: number, levels: LevelRange): number {
  return 1 / Math.sqrt(count * levels.above);
}

/**
 * LSQ's quantizer, s·round(clip(v/s, −Qn, Qp)), differentiable in the values and in the step (shape [1]).
 * Gradient in v: 1 strictly inside the range, else 0. In s: round(v/s) − v/s inside, −Qn below, Qp above; times
 * `gradientScale`. Ties round to even. Source: Esser et al., "Learned step size quantization", ICLR 2020, eqs. 1 to 3.
 */
export function fakeQuantize(
  { tf }: Tensorflow,
  values: Tensor,
  step: Tensor,
  levels: LevelRange,
  gradientScale: number,
): Tensor {
  const { above } = levels;
  // Not -levels.below: negating 0 would give −0, which shows in the output.
  const lowest = 0 - levels.below;
  const quantize = tf.customGrad((...inputs) => {
    const [v, s, save] = inputs as [Tensor, Tensor, (saved: Tensor[]) => void];
    const ratio = tf.div(v, s);
    const integers = tf.round(tf.clipByValue(ratio, lowest, above));
    save([ratio, integers]);
    return {
      value: tf.mul(integers, s),
      gradFunc: (upstream: Tensor, saved: Tensor[]) => {
        const [r, q] = saved;
        const inside = tf.logicalAnd(tf.greater(r, lowest), tf.less(r, above));
        const inValues = tf.mul(upstream, tf.cast(inside, "float32"));
        // Outside the range q is −Qn or Qp itself, so Σ upstream·q − Σ inside·upstream·r is the sum of all three cases;
        // as two dot products it needs no further array of the size of v.
        const inStep = tf.mul(tf.sub(dot(upstream, q), dot(inValues, r)), gradientScale);
        return [inValues, inStep];
      },
    };
  });
  const dot = (a: Tensor, b: Tensor) => tf.reshape(tf.matMul(tf.reshape(a, [1, -1]), tf.reshape(b, [-1, 1])), [1]);
  return quantize(values, step);
}
