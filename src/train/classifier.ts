import type { NetworkNode } from "../network/network.js";
import { lsqQuantizers } from "../model/lsq/quantizers.js";
import { trainingOutput } from "../model/model.js";
import type { Disturbance } from "../model/noise/disturbance.js";
import type { Tensor, Tensorflow } from "../engine/tensorflow.js";
import { classificationLoss } from "./loss.js";
import type { Distillation } from "./recipe/recipe.js";
import type { BatchModel } from "./training-step.js";

/** A batch to classify. */
export type ClassifierBatch = {
  /** [batch, height, width, channels], pixel × step. */
  images: Tensor;
  /** [batch], int32. */
  labels: Tensor;
  /** [batch, classes] and [batch, features], where a teacher helps. */
  teacherLogits?: Tensor;
  teacherFeatures?: Tensor;
};

/** How a network is trained to classify. */
export interface ClassifierSettings {
  engine: Tensorflow;
  nodes: readonly NetworkNode[];
  classes: number;
  labelSmoothing: number;
  /** With LSQ's quantizers, else in float. */
  quantized: boolean;
  /** Whether to compute the network rotated by 180°: see rotated.ts. */
  isRotated: boolean;
  /** Present where a teacher helps. */
  distillation?: Distillation;
}

/**
 * A network of nodes with the classifier's loss, as a step of training takes it. `disturb` makes what hardware does in one
 * step, from the step's parameters; it is not part of a graph.
 */
export function classifier(
  settings: ClassifierSettings,
  disturb?: (parameter: (name: string) => Tensor) => Disturbance,
): BatchModel<ClassifierBatch> {
  const { engine, nodes, classes, labelSmoothing, quantized, isRotated } = settings;
  const { tf } = engine;
  return (parameter, { images, labels, ...answers }) => {
    const statistics = new Map<string, Tensor>();
    const pass = {
      engine,
      nodes,
      parameter,
      quantizers: quantized ? lsqQuantizers(engine, parameter) : undefined,
      disturbance: disturb?.(parameter),
      isRotated,
      statistics: (id: string) => (mean: Tensor, variance: Tensor) => {
        statistics.set(`${id}.bn.mean`, mean).set(`${id}.bn.variance`, variance);
      },
    };
    const output = trainingOutput(pass, images);
    const teacher = teacherOf(settings, answers);
    return {
      loss: classificationLoss(engine, output, { labels, classes, labelSmoothing, teacher }),
      correct: tf.sum(tf.cast(tf.equal(tf.argMax(output.logits, -1), labels), "int32")),
      statistics,
    };
  };
}

function teacherOf(
  { distillation }: ClassifierSettings,
  { teacherLogits, teacherFeatures }: Pick<ClassifierBatch, "teacherLogits" | "teacherFeatures">,
) {
  if (!distillation || !teacherLogits || !teacherFeatures) return undefined;
  return { ...distillation, logits: teacherLogits, features: teacherFeatures };
}
