import type { Tensor, Tensorflow } from "../../engine/tensorflow.js";
import type { FlatOptimizer } from "../../train/optimizer.js";
import { trainingStep, type StepState } from "../../train/training-step.js";
import { type AdamState, adamStep } from "./adam.js";
import type { FrozenNetwork } from "./frozen-network.js";
import type { MixedStage } from "./mixed-stage.js";
import { mixStage } from "./mixture.js";

/** What one module's training moves: θ with all that belongs to it, and α, all layers' one after the other. */
export type StageState = StepState & {
  coefficients: Tensor;
  coefficientMean: Tensor;
  coefficientSquare: Tensor;
};

/** A batch as a module sees it. */
export type StageBatch = {
  /** (T_{1..i−1})(x): [batch × the stage's input]. */
  input: Tensor;
  /** f_T = (T_{1..i})(x): [batch × the stage's output]. */
  teacherMap: Tensor;
  /** [batch], int32. */
  labels: Tensor;
};

/** Scalars of a step. */
export type StageRates = {
  weightRate: Tensor;
  /** Adam's, with its corrections of young averages; 0 keeps α as it is. */
  coefficientRate: Tensor;
};

/** The next state, and scalars of the batch before it: both losses of θ's step and the task loss of α's. */
export type StageResult = StageState & {
  taskLoss: Tensor;
  distillationLoss: Tensor;
  coefficientLoss: Tensor;
  correct: Tensor;
  magnitude: Tensor;
};

/** What stays the same in all steps of a stage. */
export interface StageSettings {
  engine: Tensorflow;
  stage: MixedStage;
  /** T_{i+1..L} with pooling and classifier, frozen: the module's map -> logits. */
  rest: FrozenNetwork;
  classes: number;
  optimizer: FlatOptimizer;
  /** Names of the moving statistics, in slot order. */
  statistics: readonly string[];
  /** λ. */
  distillation: number;
}

/**
 * One round of Algorithm 1 on a batch: θ by the gradient of CE + λ·MSE with α fixed; forward again; α by the gradient of CE
 * alone with the new θ fixed. A function of tensors alone; call it inside `tf.tidy`.
 * Source: NAS4CIM (doi 10.11999/JEIT250978), Algorithm 1.
 */
export function stageStep(
  settings: StageSettings,
  state: StageState,
  batch: StageBatch,
  rates: StageRates,
): StageResult {
  const { coefficients, coefficientMean, coefficientSquare, ...weights } = state;
  const { taskLoss, distillationLoss, ...moved } = weightStep(settings, weights, coefficients, batch, rates.weightRate);
  const adam = { values: coefficients, mean: coefficientMean, square: coefficientSquare };
  const turned = coefficientStep(settings, moved.parameters, adam, batch, rates.coefficientRate);
  return {
    parameters: moved.parameters,
    momentum: moved.momentum,
    statistics: moved.statistics,
    averageParameters: moved.averageParameters,
    averageStatistics: moved.averageStatistics,
    coefficients: turned.values,
    coefficientMean: turned.mean,
    coefficientSquare: turned.square,
    taskLoss,
    distillationLoss,
    coefficientLoss: turned.loss,
    correct: moved.correct,
    magnitude: moved.magnitude,
  };
}

/** Update of θ with α fixed. */
function weightStep(
  { engine, stage, rest, classes, optimizer, statistics: names, distillation }: StageSettings,
  state: StepState,
  coefficients: Tensor,
  batch: StageBatch,
  learningRate: Tensor,
) {
  const { tf } = engine;
  let losses: { task: Tensor; distillation: Tensor } | undefined;
  const shares = sharesOf(engine, stage, coefficients);
  const result = trainingStep(
    {
      engine,
      optimizer,
      statistics: names,
      model(parameter) {
        const statistics = new Map<string, Tensor>();
        const map = mixStage(
          {
            engine,
            stage,
            parameter,
            shares,
            statistics: (id) => (mean, variance) => {
              statistics.set(`${id}.bn.mean`, mean).set(`${id}.bn.variance`, variance);
            },
          },
          batch.input,
        );
        const logits = rest(map);
        const task = crossEntropy(engine, logits, batch.labels, classes);
        const distance = tf.mean(tf.square(tf.sub(map, batch.teacherMap)));
        losses = { task: tf.keep(tf.clone(task)), distillation: tf.keep(tf.clone(distance)) };
        return {
          loss: distillation === 0 ? task : tf.add(task, tf.mul(distance, distillation)),
          correct: tf.sum(tf.cast(tf.equal(tf.argMax(logits, -1), batch.labels), "int32")),
          statistics,
        };
      },
    },
    state,
    {},
    // No averages: the newest θ is what α judges.
    { learningRate, averageShare: tf.scalar(1) },
  );
  const [taskLoss, distillationLoss] = [losses!.task, losses!.distillation].map((loss) => tf.clone(loss));
  tf.dispose([losses!.task, losses!.distillation]);
  return { ...result, taskLoss, distillationLoss };
}

/** Update of α with θ fixed. */
function coefficientStep(
  { engine, stage, rest, classes, optimizer }: StageSettings,
  parameters: Tensor,
  adam: AdamState,
  batch: StageBatch,
  rate: Tensor,
): AdamState & { loss: Tensor } {
  const { tf } = engine;
  const views = optimizer.views(parameters);
  const lossOf = (coefficients: Tensor) => {
    const pass = {
      engine,
      stage,
      parameter: (name: string) => views.get(name)!,
      shares: sharesOf(engine, stage, coefficients),
      statistics: () => (mean: Tensor, variance: Tensor) => tf.dispose([mean, variance]),
    };
    return crossEntropy(engine, rest(mixStage(pass, batch.input)), batch.labels, classes);
  };
  const { value, grads } = tf.valueAndGrads(lossOf)([adam.values]);
  return { ...adamStep(engine, adam, grads[0], rate), loss: value };
}

/** Each layer's shares: the softmax of its coefficients. */
function sharesOf({ tf }: Tensorflow, { layers }: MixedStage, coefficients: Tensor): Tensor[] {
  let first = 0;
  return layers.map(({ operators }) => {
    const row = tf.slice(coefficients, first, operators.length);
    first += operators.length;
    return tf.softmax(row);
  });
}

function crossEntropy({ tf }: Tensorflow, logits: Tensor, labels: Tensor, classes: number): Tensor {
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.oneHot(labels, classes), tf.logSoftmax(logits)), -1)));
}
