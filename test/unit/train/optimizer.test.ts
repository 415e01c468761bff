import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import type { Tensorflow } from "../../../src/engine/tensorflow.js";
import { smallestStep } from "../../../src/model/lsq/lsq.js";
import { FlatOptimizer } from "../../../src/train/optimizer.js";
import type { ParameterSlot } from "../../../src/model/parameter-table.js";
import { expectClose } from "../../support/close-to.js";
import { itWithTensorflow, numbers } from "../../support/it-with-tensorflow.js";

interface Descent {
  weightDecay: number;
  start: { weight: number[]; bias: number[] };
  steps: { learningRate: number; weightGradient: number[]; biasGradient: number[]; weight: number[]; bias: number[] }[];
}

const vectorFile = join(packageRoot(), "fixtures/vectors/training-pytorch.json");
const { descent } = JSON.parse(readFileSync(vectorFile, "utf8")) as { descent: Descent };

const slots: ParameterSlot[] = [
  { name: "weight", shape: [5, 1], size: 5, role: "weight" },
  { name: "bias", shape: [3], size: 3, role: "bias" },
];

/** One step from numbers to numbers. */
function moved(
  engine: Tensorflow,
  optimizer: FlatOptimizer,
  state: { parameters: number[]; momentum: number[] },
  gradients: number[][],
  learningRate: number,
): { parameters: number[]; momentum: number[] } {
  const { tf } = engine;
  return tf.tidy(() => {
    const [weight, ...rest] = gradients;
    const shaped = [tf.tensor2d(weight, [weight.length, 1]), ...rest.map((gradient) => tf.tensor1d(gradient))];
    const from = { parameters: tf.tensor1d(state.parameters), momentum: tf.tensor1d(state.momentum) };
    const { parameters, momentum } = optimizer.step(from, shaped, tf.scalar(learningRate));
    return { parameters: numbers(parameters), momentum: numbers(momentum) };
  });
}

describe("FlatOptimizer", () => {
  itWithTensorflow("moves as PyTorch's SGD with Nesterov momentum, decaying weights alone", (engine) => {
    const optimizer = new FlatOptimizer(engine, slots, { weightDecay: descent.weightDecay, momentum: 0.9 });
    const parameters = [...descent.start.weight, ...descent.start.bias];
    let state = { parameters, momentum: parameters.map(() => 0) };
    for (const { weightGradient, biasGradient, learningRate, weight, bias } of descent.steps) {
      state = moved(engine, optimizer, state, [weightGradient, biasGradient], learningRate);
      expectClose(state.parameters, [...weight, ...bias], 1e-6);
    }
  });

  itWithTensorflow("cuts parameters into their shapes", (engine) => {
    const { tf } = engine;
    const optimizer = new FlatOptimizer(engine, slots, { weightDecay: 0, momentum: 0.9 });
    tf.tidy(() => {
      const views = optimizer.views(tf.tensor1d([1, 2, 3, 4, 5, 6, 7, 8]));
      expect([...views.keys()]).to.deep.equal(["weight", "bias"]);
      expect(views.get("weight")!.shape).to.deep.equal([5, 1]);
      expect(numbers(views.get("weight")!)).to.deep.equal([1, 2, 3, 4, 5]);
      expect(numbers(views.get("bias")!)).to.deep.equal([6, 7, 8]);
    });
  });

  itWithTensorflow("keeps a quantizer's step positive and leaves no tensor behind", (engine) => {
    const { tf } = engine;
    const before = tf.memory().numTensors;
    const step: ParameterSlot[] = [{ name: "step", shape: [1], size: 1, role: "step" }];
    const optimizer = new FlatOptimizer(engine, step, { weightDecay: 0, momentum: 0.9 });
    const { parameters } = moved(engine, optimizer, { parameters: [0.01], momentum: [0] }, [[100]], 1);
    expect(parameters[0]).to.be.closeTo(smallestStep, 1e-12);
    expect(tf.memory().numTensors).to.equal(before);
  });
});
