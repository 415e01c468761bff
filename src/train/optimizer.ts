import { smallestStep } from "../model/lsq/lsq.js";
import { type ParameterSlot, totalSize } from "../model/parameter-table.js";
import type { Tensor, Tensorflow } from "../engine/tensorflow.js";

/** What a descent moves: flat tensors in slot order. */
export interface DescentState {
  parameters: Tensor;
  momentum: Tensor;
}

/**
 * Stochastic gradient descent with Nesterov momentum, as deep-learning libraries write it, on all parameters as one flat tensor: a handful of operations a
 * step, however many layers there are. Weights decay, biases, normalization and steps do not; steps stay positive.
 */
export class FlatOptimizer {
  readonly #engine: Tensorflow;
  readonly #slots: readonly ParameterSlot[];
  /** weightDecay where a parameter decays, else 0. */
  readonly #decay: Float32Array;
  readonly #lowerBound: Float32Array;
  readonly #momentumShare: number;

  constructor(
    engine: Tensorflow,
    slots: readonly ParameterSlot[],
    settings: { weightDecay: number; momentum: number },
  ) {
    this.#engine = engine;
    this.#slots = slots;
    this.#momentumShare = settings.momentum;
    const bySlot = (value: (slot: ParameterSlot) => number) => {
      const flat = new Float32Array(totalSize(slots));
      let offset = 0;
      for (const slot of slots) flat.fill(value(slot), offset, (offset += slot.size));
      return flat;
    };
    this.#decay = bySlot(({ role }) => (role === "weight" ? settings.weightDecay : 0));
    this.#lowerBound = bySlot(({ role }) => (role === "step" ? smallestStep : -Infinity));
  }

  /** The parameters by name, in their shapes. */
  views(parameters: Tensor): Map<string, Tensor> {
    const { tf } = this.#engine;
    const parts = tf.split(
      parameters,
      this.#slots.map(({ size }) => size),
    );
    return new Map(this.#slots.map(({ name, shape }, index) => [name, this.#shaped(parts[index], shape)]));
  }

  /** Where one step along the gradients, given in slot order, leads; `learningRate` is a scalar. */
  step({ parameters, momentum }: DescentState, gradients: readonly Tensor[], learningRate: Tensor): DescentState {
    const { tf } = this.#engine;
    const flat = tf.concat(gradients.map((gradient) => this.#shaped(gradient, [gradient.size])));
    const decayed = tf.add(flat, tf.mul(tf.tensor1d(this.#decay), parameters));
    const nextMomentum = tf.add(tf.mul(momentum, this.#momentumShare), decayed);
    const direction = tf.add(decayed, tf.mul(nextMomentum, this.#momentumShare));
    const moved = tf.sub(parameters, tf.mul(direction, learningRate));
    return { parameters: tf.maximum(moved, tf.tensor1d(this.#lowerBound)), momentum: nextMomentum };
  }

  /** The tensor in this shape; as it is where it has it, as most have: a needless reshape costs as much as a small sum. */
  #shaped(tensor: Tensor, shape: number[]): Tensor {
    return tensor.rank === 1 && shape.length === 1 ? tensor : this.#engine.tf.reshape(tensor, shape);
  }
}
