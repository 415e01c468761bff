import { expect } from "chai";
import { FlatOptimizer } from "../../../src/train/optimizer.js";
import { type BatchModel, type StepResult, trainingStep } from "../../../src/train/training-step.js";
import type { ParameterSlot } from "../../../src/model/parameter-table.js";
import { asGraph, type Tensor } from "../../../src/engine/tensorflow.js";
import { expectClose } from "../../support/close-to.js";
import { itWithTensorflow, numbers } from "../../support/it-with-tensorflow.js";

type Points = { x: Tensor; y: Tensor };

const slots: ParameterSlot[] = [
  { name: "slope", shape: [1], size: 1, role: "weight" },
  { name: "offset", shape: [1], size: 1, role: "bias" },
];

describe("trainingStep", () => {
  itWithTensorflow(
    "trains any function of parameters by any loss: here a line by least squares, as by hand",
    (engine) => {
      const { tf } = engine;
      const line: BatchModel<Points> = (parameter, { x, y }) => {
        const error = tf.sub(tf.add(tf.mul(x, parameter("slope")), parameter("offset")), y);
        return {
          loss: tf.mean(tf.square(error)),
          correct: tf.sum(tf.cast(tf.less(error, 0), "int32")),
          statistics: new Map(),
        };
      };
      const optimizer = new FlatOptimizer(engine, slots, { weightDecay: 0, momentum: 0 });
      const settings = { engine, model: line, optimizer, statistics: [] };
      const before = {
        parameters: tf.tensor1d([1, 0]),
        momentum: tf.tensor1d([0, 0]),
        statistics: tf.tensor1d([]),
        averageParameters: tf.tensor1d([1, 0]),
        averageStatistics: tf.tensor1d([]),
      };
      const batch = { x: tf.tensor1d([0, 1, 2]), y: tf.tensor1d([1, 3, 5]) };
      const rates = { learningRate: tf.scalar(0.1), averageShare: tf.scalar(0.5) };
      const inputs = { ...before, ...batch, ...rates };
      const graph = asGraph(engine, (given: typeof inputs) => trainingStep(settings, given, given, given));
      const plain = tf.tidy(() => trainingStep(settings, before, batch, rates));
      for (const after of [plain, graph.run(inputs)] as StepResult[]) {
        // Errors −1, −2, −3: loss 14/3, slope's gradient 2·(−2 − 6)/3, offset's 2·(−6)/3.
        expectClose(numbers(after.loss), [14 / 3], 1e-6);
        expect(numbers(after.correct)).to.deep.equal([3]);
        const moved = [1 + 1.6 / 3, 0.4];
        expectClose(numbers(after.parameters), moved, 1e-6);
        expectClose(numbers(after.averageParameters), [(1 + moved[0]) / 2, 0.2], 1e-6);
        expectClose(numbers(after.magnitude), [moved[0] + moved[1]], 1e-6);
        expect(after.statistics.size).to.equal(0);
        tf.dispose(after);
      }
      graph.dispose();
      tf.dispose(inputs);
    },
  );

  itWithTensorflow("lets moving statistics follow by a tenth", (engine) => {
    const { tf } = engine;
    const model: BatchModel<{ x: Tensor }> = (parameter, { x }) => ({
      loss: tf.mean(tf.mul(x, parameter("slope"))),
      correct: tf.scalar(0, "int32"),
      statistics: new Map([["mean", tf.keep(tf.reshape(tf.mean(x), [1]))]]),
    });
    const optimizer = new FlatOptimizer(engine, slots.slice(0, 1), { weightDecay: 0, momentum: 0 });
    const live = tf.memory().numTensors;
    const seen = tf.tidy(() => {
      const one = () => tf.tensor1d([1]);
      const state = {
        parameters: one(),
        momentum: one(),
        statistics: one(),
        averageParameters: one(),
        averageStatistics: one(),
      };
      const rates = { learningRate: tf.scalar(0.1), averageShare: tf.scalar(1) };
      const settings = { engine, model, optimizer, statistics: ["mean"] };
      return numbers(trainingStep(settings, state, { x: tf.tensor1d([4, 8]) }, rates).statistics);
    });
    expectClose(seen, [1 + (6 - 1) / 10], 1e-6);
    expect(tf.memory().numTensors, "nothing is left behind").to.equal(live);
  });
});
