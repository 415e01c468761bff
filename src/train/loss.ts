import type { Tensor, Tensorflow } from "./tensorflow.js";

/** What a batch's logits are held against. */
export interface Targets {
  /** [batch], int32. */
  labels: Tensor;
  classes: number;
  /** Share of each target spread evenly over all classes, 0 … 1. */
  labelSmoothing: number;
  /** A teacher's logits [batch, classes] for the same images, and how much they count. */
  teacher?: { logits: Tensor; weight: number; temperature: number };
}

/**
 * Mean cross-entropy of logits [batch, classes] with smoothed labels; with a teacher, (1 − weight) of it and
 * weight·T² of the cross-entropy with the teacher's softened probabilities (Hinton et al., arXiv:1503.02531).
 */
export function classificationLoss({ tf }: Tensorflow, logits: Tensor, targets: Targets): Tensor {
  const { classes, labelSmoothing, teacher } = targets;
  const hot = tf.oneHot(targets.labels, classes);
  const smooth = tf.add(tf.mul(hot, 1 - labelSmoothing), labelSmoothing / classes);
  const crossEntropy = (probabilities: Tensor, scores: Tensor) =>
    tf.neg(tf.mean(tf.sum(tf.mul(probabilities, tf.logSoftmax(scores)), -1)));
  const hard = crossEntropy(smooth, logits);
  if (!teacher) return hard;
  const softened = tf.softmax(tf.div(teacher.logits, teacher.temperature));
  const soft = crossEntropy(softened, tf.div(logits, teacher.temperature));
  return tf.add(tf.mul(hard, 1 - teacher.weight), tf.mul(soft, teacher.weight * teacher.temperature ** 2));
}
