import type { TrainingOutput } from "../model/model.js";
import type { Tensor, Tensorflow } from "../engine/tensorflow.js";

/** What a batch is held against. */
export interface Targets {
  /** [batch], int32. */
  labels: Tensor;
  classes: number;
  /** Share of each target spread evenly over all classes, 0 … 1. */
  labelSmoothing: number;
  /** A teacher's output for the same images, and how much it counts. */
  teacher?: TrainingOutput & { weight: number; temperature: number; featureWeight: number };
}

/**
 * Mean cross-entropy of the logits with smoothed labels; with a teacher, (1 − weight) of it, weight·T² of the
 * cross-entropy with the teacher's softened probabilities (Hinton et al., arXiv:1503.02531), and featureWeight of the mean
 * squared distance to the teacher's features.
 */
export function classificationLoss({ tf }: Tensorflow, output: TrainingOutput, targets: Targets): Tensor {
  const { classes, labelSmoothing, teacher } = targets;
  const hot = tf.oneHot(targets.labels, classes);
  const smooth = tf.add(tf.mul(hot, 1 - labelSmoothing), labelSmoothing / classes);
  const crossEntropy = (probabilities: Tensor, scores: Tensor) =>
    tf.neg(tf.mean(tf.sum(tf.mul(probabilities, tf.logSoftmax(scores)), -1)));
  const hard = crossEntropy(smooth, output.logits);
  if (!teacher) return hard;
  const { weight, temperature, featureWeight } = teacher;
  const softened = tf.softmax(tf.div(teacher.logits, temperature));
  const soft = crossEntropy(softened, tf.div(output.logits, temperature));
  const taught = tf.add(tf.mul(hard, 1 - weight), tf.mul(soft, weight * temperature ** 2));
  if (featureWeight === 0) return taught;
  const distance = tf.mean(tf.square(tf.sub(output.features, teacher.features)));
  return tf.add(taught, tf.mul(distance, featureWeight));
}
