import type { NetworkNode } from "../network/network.js";
import { classificationLoss } from "./loss.js";
import { lsqQuantizers } from "../model/lsq/quantizers.js";
import { trainingOutput } from "../model/model.js";
import type { Disturbance } from "../model/noise/disturbance.js";
import type { FlatOptimizer } from "./optimizer.js";
import { statisticSlots } from "../model/parameter-table.js";
import type { Distillation } from "./recipe/recipe.js";
import type { Tensor, Tensorflow } from "../engine/tensorflow.js";

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

/** What a step gets from outside. */
export type StepFeeds = {
  /** [batch, height, width, channels], pixel × step. */
  images: Tensor;
  /** [batch], int32. */
  labels: Tensor;
  /** Scalar. */
  learningRate: Tensor;
  /** Scalar: how far the averages move to the new values, 0 … 1. */
  averageShare: Tensor;
  /** [batch, classes] and [batch, features], where a teacher helps. */
  teacherLogits?: Tensor;
  teacherFeatures?: Tensor;
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

/** What stays the same in all steps of a phase. */
export interface StepSettings {
  engine: Tensorflow;
  nodes: readonly NetworkNode[];
  optimizer: FlatOptimizer;
  classes: number;
  labelSmoothing: number;
  quantized: boolean;
  /** Whether to compute the network turned by 180°: see turned.ts. */
  isTurned: boolean;
  /** Present where a teacher helps. */
  distillation?: Distillation;
}

/** Weight of one batch in the moving statistics of batch normalization. */
const statisticsShare = 0.1;

/**
 * One step of training, as a function of tensors alone: a graph can be recorded of it. Call it inside `tf.tidy`.
 * `disturb` makes a step's disturbance of its parameters by name; it is not part of a graph.
 */
export function trainingStep(
  settings: StepSettings,
  { images, labels, ...inputs }: StepState & StepFeeds,
  disturb?: (parameter: (name: string) => Tensor) => Disturbance,
): StepResult {
  const { engine, nodes, optimizer, classes, labelSmoothing } = settings;
  const { tf } = engine;
  const views = optimizer.views(inputs.parameters);
  const names = [...views.keys()];
  const statistics = new Map<string, Tensor>();
  let logits: Tensor | undefined;
  const lossOf = (...values: Tensor[]) => {
    const byName = new Map(names.map((name, index) => [name, values[index]]));
    const parameter = (name: string) => byName.get(name)!;
    const pass = {
      engine,
      nodes,
      parameter,
      quantizers: settings.quantized ? lsqQuantizers(engine, parameter) : undefined,
      disturbance: disturb?.(parameter),
      isTurned: settings.isTurned,
      statistics: (id: string) => (mean: Tensor, variance: Tensor) => {
        statistics.set(`${id}.bn.mean`, mean).set(`${id}.bn.variance`, variance);
      },
    };
    const output = trainingOutput(pass, images);
    logits = tf.keep(tf.clone(output.logits));
    const teacher = teacherOf(settings, inputs);
    return classificationLoss(engine, output, { labels, classes, labelSmoothing, teacher });
  };
  const { value: loss, grads } = tf.valueAndGrads(lossOf)([...views.values()]);
  const moved = optimizer.step(inputs, grads, inputs.learningRate);
  const observed = statisticSlots(nodes).map(({ name }) => statistics.get(name)!);
  const nextStatistics = follow(engine, inputs.statistics, tf.concat(observed), statisticsShare);
  const correct = tf.sum(tf.cast(tf.equal(tf.argMax(logits!, -1), labels), "int32"));
  tf.dispose([logits!, ...observed]);
  return {
    ...moved,
    statistics: nextStatistics,
    averageParameters: follow(engine, inputs.averageParameters, moved.parameters, inputs.averageShare),
    averageStatistics: follow(engine, inputs.averageStatistics, nextStatistics, inputs.averageShare),
    loss,
    correct,
    magnitude: tf.sum(tf.abs(moved.parameters)),
  };
}

function teacherOf({ distillation }: StepSettings, { teacherLogits, teacherFeatures }: Partial<StepFeeds>) {
  if (!distillation || !teacherLogits || !teacherFeatures) return undefined;
  return { ...distillation, logits: teacherLogits, features: teacherFeatures };
}

/** average + share·(value − average). */
function follow({ tf }: Tensorflow, average: Tensor, value: Tensor, share: Tensor | number): Tensor {
  return tf.add(average, tf.mul(tf.sub(value, average), share));
}
