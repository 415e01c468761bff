import type { Tensor, Tensorflow } from "../engine/tensorflow.js";

/** A flat tensor that follows another: average += (1 − decay)·(value − average). */
export class MovingAverage {
  readonly #engine: Tensorflow;
  #value: Tensor;

  constructor(engine: Tensorflow, start: Float32Array) {
    this.#engine = engine;
    this.#value = engine.tf.tensor1d(start.slice());
  }

  /** The average; valid until the next update. */
  get value(): Tensor {
    return this.#value;
  }

  /** Takes one more value in, of the same size; `decay` 0 … 1 is the share of the past that stays. */
  update(value: Tensor, decay: number): void {
    const { tf } = this.#engine;
    const next = tf.tidy(() => tf.add(this.#value, tf.mul(tf.sub(value, this.#value), 1 - decay)));
    this.#value.dispose();
    // Kept, because the caller's step may stand in a tidy of its own.
    this.#value = tf.keep(next);
  }

  /** Frees the tensor. */
  dispose(): void {
    this.#value.dispose();
  }
}
