import { smallestStep } from "./lsq/lsq.js";
import { type ParameterSlot, totalSize } from "./parameter-table.js";
import type { Tensor, Tensorflow } from "../engine/tensorflow.js";

/**
 * Stochastic gradient descent with Nesterov momentum, as deep-learning libraries write it, on all parameters as one flat tensor: a handful of operations a
 * step, however many layers there are. Weights decay, biases, normalization and steps do not; steps stay positive.
 */
export class FlatOptimizer {
  readonly #engine: Tensorflow;
  readonly #slots: readonly ParameterSlot[];
  /** weightDecay where a parameter decays, else 0. */
  readonly #decay: Tensor;
  readonly #lowerBound: Tensor;
  readonly #momentumShare: number;
  #parameters: Tensor;
  #momentum: Tensor;
  #views: Map<string, Tensor>;

  constructor(
    engine: Tensorflow,
    slots: readonly ParameterSlot[],
    settings: { weightDecay: number; momentum: number },
    start: { parameters: Float32Array; momentum?: Float32Array },
  ) {
    const { tf } = engine;
    this.#engine = engine;
    this.#slots = slots;
    this.#momentumShare = settings.momentum;
    const bySlot = (value: (slot: ParameterSlot) => number) => {
      const flat = new Float32Array(totalSize(slots));
      let offset = 0;
      for (const slot of slots) flat.fill(value(slot), offset, (offset += slot.size));
      return tf.tensor1d(flat);
    };
    this.#decay = bySlot(({ role }) => (role === "weight" ? settings.weightDecay : 0));
    this.#lowerBound = bySlot(({ role }) => (role === "step" ? smallestStep : -Infinity));
    this.#parameters = tf.tensor1d(start.parameters.slice());
    this.#momentum = tf.tensor1d(start.momentum?.slice() ?? new Float32Array(totalSize(slots)));
    this.#views = this.#cut();
  }

  /** The current parameters by name, in their shapes; valid until the next step. */
  get views(): ReadonlyMap<string, Tensor> {
    return this.#views;
  }

  /** All parameters as one tensor, in slot order; valid until the next step. */
  get parameters(): Tensor {
    return this.#parameters;
  }

  /** All momenta as one tensor, in slot order; valid until the next step. */
  get momentum(): Tensor {
    return this.#momentum;
  }

  /** One step along the gradients, given in slot order. */
  step(gradients: readonly Tensor[], learningRate: number): void {
    const { tf } = this.#engine;
    const [parameters, momentum]: Tensor[] = tf.tidy((): Tensor[] => {
      const flat = tf.concat(gradients.map((gradient) => this.#shaped(gradient, [gradient.size])));
      const decayed = tf.add(flat, tf.mul(this.#decay, this.#parameters));
      const nextMomentum = tf.add(tf.mul(this.#momentum, this.#momentumShare), decayed);
      const direction = tf.add(decayed, tf.mul(nextMomentum, this.#momentumShare));
      const moved = tf.sub(this.#parameters, tf.mul(direction, learningRate));
      return [tf.maximum(moved, this.#lowerBound), nextMomentum];
    });
    tf.dispose([this.#parameters, this.#momentum, ...this.#views.values()]);
    // Kept, because the caller's step stands in a tidy of its own.
    this.#parameters = tf.keep(parameters);
    this.#momentum = tf.keep(momentum);
    this.#views = this.#cut();
  }

  /** Frees all tensors. */
  dispose(): void {
    const own = [this.#parameters, this.#momentum, this.#decay, this.#lowerBound, ...this.#views.values()];
    this.#engine.tf.dispose(own);
  }

  #cut(): Map<string, Tensor> {
    const { tf } = this.#engine;
    const tensors = tf.tidy(() => {
      const parts = tf.split(
        this.#parameters,
        this.#slots.map(({ size }) => size),
      );
      return this.#slots.map(({ shape }, index) => tf.keep(this.#shaped(parts[index], shape)));
    });
    return new Map(this.#slots.map(({ name }, index) => [name, tensors[index]]));
  }

  /** The tensor in this shape; as it is where it has it, as most have: a needless reshape costs as much as a small sum. */
  #shaped(tensor: Tensor, shape: number[]): Tensor {
    return tensor.rank === 1 && shape.length === 1 ? tensor : this.#engine.tf.reshape(tensor, shape);
  }
}
