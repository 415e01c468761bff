import type { NamedTensors, Tensor, Tensorflow } from "../engine/tensorflow.js";
import type { FlatOptimizer } from "./optimizer.js";

/**
 * What a training moves from step to step: flat tensors in slot order, see parameter-table.ts. A type, because no interface
 * fits where tensors are wanted by any name.
 */
export type StepState = {
  parameters: Tensor;
  momentum: Tensor;
  /** Moving means and variances of batch normalization. */
  statistics: Tensor;
  averageParameters: Tensor;
  averageStatistics: Tensor;
};

/** What a step gets from outside beside its batch. */
export type StepRates = {
  /** Scalar. */
  learningRate: Tensor;
  /** Scalar: how far the averages move to the new values, 0 … 1. */
  averageShare: Tensor;
};

/** The next state, and scalars. */
export type StepResult = StepState & {
  /** Mean of the batch, before the step. */
  loss: Tensor;
  /** Images of the batch that were right. */
  correct: Tensor;
  /** Sum of the new parameters' magnitudes: no number where one of them is none, which a rectifier may hide from the loss. */
  magnitude: Tensor;
};

/** What a model makes of a batch. */
export interface BatchOutcome {
  /** Scalar: its gradient in the parameters is what training follows. */
  loss: Tensor;
  /** Images of the batch that were right, a scalar; it needs no gradient. */
  correct: Tensor;
  /** The batch's means and variances of batch normalization by slot name, kept; the step disposes them. */
  statistics: ReadonlyMap<string, Tensor>;
}

/**
 * Any model with any loss: a function of named parameters and of a batch's tensors, differentiable in the parameters. It is
 * called inside `tf.tidy`.
 */
export type BatchModel<Batch extends NamedTensors> = (
  parameter: (name: string) => Tensor,
  batch: Batch,
) => BatchOutcome;

/** What stays the same in all steps of a phase. */
export interface StepSettings<Batch extends NamedTensors> {
  engine: Tensorflow;
  model: BatchModel<Batch>;
  /** Knows the parameters by name. */
  optimizer: FlatOptimizer;
  /** Names of the moving statistics, in slot order. */
  statistics: readonly string[];
}

/** Weight of one batch in the moving statistics of batch normalization. */
const statisticsShare = 0.1;

/** One step of training, as a function of tensors alone: a graph can be recorded of it. Call it inside `tf.tidy`. */
export function trainingStep<Batch extends NamedTensors>(
  { engine, model, optimizer, statistics }: StepSettings<Batch>,
  state: StepState,
  batch: Batch,
  rates: StepRates,
): StepResult {
  const { tf } = engine;
  const views = optimizer.views(state.parameters);
  const names = [...views.keys()];
  let outcome: BatchOutcome | undefined;
  const lossOf = (...values: Tensor[]) => {
    const byName = new Map(names.map((name, index) => [name, values[index]]));
    const { loss, correct, statistics: seen } = model((name) => byName.get(name)!, batch);
    outcome = { loss, correct: tf.keep(tf.clone(correct)), statistics: seen };
    return loss;
  };
  const { value: loss, grads } = tf.valueAndGrads(lossOf)([...views.values()]);
  const moved = optimizer.step(state, grads, rates.learningRate);
  const observed = statistics.map((name) => outcome!.statistics.get(name)!);
  // A network without batch normalization has none.
  const seen = observed.length === 0 ? state.statistics : tf.concat(observed);
  const nextStatistics = follow(engine, state.statistics, seen, statisticsShare);
  const correct = tf.clone(outcome!.correct);
  tf.dispose([outcome!.correct, ...observed]);
  return {
    ...moved,
    statistics: nextStatistics,
    averageParameters: follow(engine, state.averageParameters, moved.parameters, rates.averageShare),
    averageStatistics: follow(engine, state.averageStatistics, nextStatistics, rates.averageShare),
    loss,
    correct,
    magnitude: tf.sum(tf.abs(moved.parameters)),
  };
}

/** average + share·(value − average). */
function follow({ tf }: Tensorflow, average: Tensor, value: Tensor, share: Tensor | number): Tensor {
  return tf.add(average, tf.mul(tf.sub(value, average), share));
}
