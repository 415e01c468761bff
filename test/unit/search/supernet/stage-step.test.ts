import { expect } from "chai";
import type { Tensor, Tensorflow } from "../../../../src/engine/tensorflow.js";
import { parameterSlots, statisticSlots } from "../../../../src/model/parameter-table.js";
import { adamCorrection, adamStep } from "../../../../src/search/supernet/adam.js";
import { frozenNetwork } from "../../../../src/search/supernet/frozen-network.js";
import { mixedStages } from "../../../../src/search/supernet/mixed-stage.js";
import { firstProgress } from "../../../../src/search/supernet/stage-loop.js";
import { type StageState, stageStep } from "../../../../src/search/supernet/stage-step.js";
import { cutTeacher } from "../../../../src/search/supernet/teacher-stages.js";
import { floatValues } from "../../../../src/search/supernet/train-supernet.js";
import { FlatOptimizer } from "../../../../src/train/optimizer.js";
import { itWithTensorflow, numbers } from "../../../support/it-with-tensorflow.js";
import { tinySpace, untrained } from "../../../support/tiny-search.js";

const teacher = untrained(tinySpace, "[b3 b3][b3 b3]");
const parts = cutTeacher(teacher.description, tinySpace);
const [stage] = mixedStages(tinySpace);
const nodes = stage.layers.flatMap(({ operators }) => operators.flatMap((operator) => operator.nodes));

/** One step from the first state; gives the next one and its losses as numbers. */
function step(
  engine: Tensorflow,
  { distillation = 1, weightRate = 0.1, coefficientRate = 0.1, teacherMap = 0.5 } = {},
): Record<string, number[]> {
  const { tf } = engine;
  const result = tf.tidy(() => {
    const first = firstProgress(stage, 3).tensors;
    const flat = (values: Float32Array): Tensor => tf.tensor1d(values);
    const state: StageState = {
      parameters: flat(first.parameters),
      momentum: flat(first.momentum),
      statistics: flat(first.statistics),
      averageParameters: flat(first.parameters),
      averageStatistics: flat(first.statistics),
      coefficients: flat(first.coefficients),
      coefficientMean: flat(first.coefficientMean),
      coefficientSquare: flat(first.coefficientSquare),
    };
    const settings = {
      engine,
      stage,
      rest: frozenNetwork(engine, [...parts.stages[1], ...parts.head], floatValues(teacher)),
      classes: 3,
      optimizer: new FlatOptimizer(engine, parameterSlots(nodes, false), { weightDecay: 0, momentum: 0.9 }),
      statistics: statisticSlots(nodes).map(({ name }) => name),
      distillation,
    };
    const input = tf.sin(tf.reshape(tf.range(0, 2 * 256), [2, 8, 8, 4]));
    const batch = {
      input,
      teacherMap: tf.fill([2, 8, 8, 4], teacherMap),
      labels: tf.tensor1d([0, 2], "int32"),
    };
    const { ...tensors } = stageStep(settings, state, batch, {
      weightRate: tf.scalar(weightRate),
      coefficientRate: tf.scalar(coefficientRate),
    });
    return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, numbers(tensor)]));
  });
  return result;
}

describe("a step of Algorithm 1", () => {
  itWithTensorflow("moves α by the task's loss alone: the teacher's map, and λ, reach it through θ only", (engine) => {
    // θ rests: then nothing of the distillation may show in α.
    const rests = { weightRate: 0 };
    const { coefficients } = step(engine, rests);
    expect(step(engine, { ...rests, teacherMap: 5 }).coefficients).to.deep.equal(coefficients);
    expect(step(engine, { ...rests, distillation: 100 }).coefficients).to.deep.equal(coefficients);
    expect(coefficients.some((value) => value !== 0)).to.equal(true);
    expect(step(engine, { teacherMap: 5 }).coefficients).to.not.deep.equal(step(engine).coefficients);
  }).timeout(20_000);

  itWithTensorflow("moves θ by CE + λ·MSE with α as it was", (engine) => {
    const whole = step(engine);
    expect(step(engine, { coefficientRate: 0 }).parameters).to.deep.equal(whole.parameters);
    expect(step(engine, { teacherMap: 5 }).parameters).to.not.deep.equal(whole.parameters);
    const task = step(engine, { distillation: 0 });
    expect(step(engine, { distillation: 0, teacherMap: 5 }).parameters).to.deep.equal(task.parameters);
    // θ's step is linear in the gradient: one step at λ lies as far from λ = 0 as λ says.
    const moves = [1, 2].map((distillation) =>
      step(engine, { distillation }).parameters.map((value, place) => value - task.parameters[place]),
    );
    const largest = moves[0].reduce(
      (best, value, place) => (Math.abs(value) > Math.abs(moves[0][best]) ? place : best),
      0,
    );
    expect(moves[1][largest] / moves[0][largest]).to.be.closeTo(2, 0.01);
  }).timeout(20_000);

  itWithTensorflow("judges α by the new θ: forward again", (engine) => {
    const { coefficientLoss: before, taskLoss } = step(engine, { weightRate: 0 });
    expect(before[0]).to.be.closeTo(taskLoss[0], 1e-5);
    const { coefficientLoss: after } = step(engine, { distillation: 0 });
    expect(after[0]).to.be.lessThan(before[0]);
  }).timeout(20_000);

  itWithTensorflow("follows Adam with its corrections", (engine) => {
    const { tf } = engine;
    // With a constant gradient every corrected step is the rate.
    let [value, mean, square] = [0, 0, 0];
    for (let count = 1; count <= 3; count++) {
      const next = tf.tidy(() => {
        const state = { values: tf.scalar(value), mean: tf.scalar(mean), square: tf.scalar(square) };
        const moved = adamStep(engine, state, tf.scalar(-2), tf.scalar(0.1 * adamCorrection(count)));
        return [moved.values, moved.mean, moved.square].map((tensor) => numbers(tensor)[0]);
      });
      [value, mean, square] = next;
      expect(value).to.be.closeTo(0.1 * count, 1e-4);
    }
  });
});
