import type { Tensor, Tensorflow } from "../../engine/tensorflow.js";

/** What Adam moves: values, and the running means of their gradients and of the gradients' squares. */
export interface AdamState {
  values: Tensor;
  mean: Tensor;
  square: Tensor;
}

/** As DARTS has them for its coefficients (Liu et al., ICLR 2019). */
const [meanDecay, squareDecay] = [0.5, 0.999];
const epsilon = 1e-8;

/**
 * One step of Adam (Kingma and Ba, ICLR 2015) without weight decay; `rate` is the learning rate times `adamCorrection` of
 * the step.
 */
export function adamStep({ tf }: Tensorflow, state: AdamState, gradient: Tensor, rate: Tensor): AdamState {
  const mean = tf.add(tf.mul(state.mean, meanDecay), tf.mul(gradient, 1 - meanDecay));
  const square = tf.add(tf.mul(state.square, squareDecay), tf.mul(tf.square(gradient), 1 - squareDecay));
  const moved = tf.mul(tf.div(mean, tf.add(tf.sqrt(square), epsilon)), rate);
  return { values: tf.sub(state.values, moved), mean, square };
}

/** What makes up for averages that began at 0, at step 1, 2, …: √(1 − 0.999^step) / (1 − 0.5^step). */
export function adamCorrection(step: number): number {
  return Math.sqrt(1 - squareDecay ** step) / (1 - meanDecay ** step);
}
