import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { smallestStep } from "../../../src/train/lsq/lsq.js";
import { FlatOptimizer } from "../../../src/train/optimizer.js";
import type { ParameterSlot } from "../../../src/train/parameter-table.js";
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

describe("FlatOptimizer", () => {
  itWithTensorflow("moves as PyTorch's SGD with Nesterov momentum, decaying weights alone", (engine) => {
    const { tf } = engine;
    const parameters = Float32Array.from([...descent.start.weight, ...descent.start.bias]);
    const optimizer = new FlatOptimizer(
      engine,
      slots,
      { weightDecay: descent.weightDecay, momentum: 0.9 },
      { parameters },
    );
    for (const step of descent.steps) {
      tf.tidy(() =>
        optimizer.step([tf.tensor2d(step.weightGradient, [5, 1]), tf.tensor1d(step.biasGradient)], step.learningRate),
      );
      expectClose(numbers(optimizer.parameters), [...step.weight, ...step.bias], 1e-6);
      expectClose(numbers(optimizer.views.get("weight")!), step.weight, 1e-6);
      expect(optimizer.views.get("weight")!.shape).to.deep.equal([5, 1]);
    }
    optimizer.dispose();
  });

  itWithTensorflow("goes on from a stored momentum as if it had never stopped", (engine) => {
    const { tf } = engine;
    const start = { parameters: Float32Array.from([...descent.start.weight, ...descent.start.bias]) };
    const settings = { weightDecay: 0.1, momentum: 0.9 };
    const whole = new FlatOptimizer(engine, slots, settings, start);
    const gradients = () => [tf.ones([5, 1]), tf.ones([3])];
    tf.tidy(() => whole.step(gradients(), 0.1));
    const stored = {
      parameters: Float32Array.from(numbers(whole.parameters)),
      momentum: Float32Array.from(numbers(whole.momentum)),
    };
    const resumed = new FlatOptimizer(engine, slots, settings, stored);
    for (const optimizer of [whole, resumed]) tf.tidy(() => optimizer.step(gradients(), 0.1));
    expect(numbers(resumed.parameters)).to.deep.equal(numbers(whole.parameters));
    whole.dispose();
    resumed.dispose();
  });

  itWithTensorflow("keeps a quantizer's step positive and leaves no tensor behind", (engine) => {
    const { tf } = engine;
    const before = tf.memory().numTensors;
    const step: ParameterSlot[] = [{ name: "step", shape: [1], size: 1, role: "step" }];
    const optimizer = new FlatOptimizer(
      engine,
      step,
      { weightDecay: 0, momentum: 0.9 },
      { parameters: Float32Array.of(0.01) },
    );
    tf.tidy(() => optimizer.step([tf.tensor1d([100])], 1));
    expect(numbers(optimizer.parameters)[0]).to.be.closeTo(smallestStep, 1e-12);
    optimizer.dispose();
    expect(tf.memory().numTensors).to.equal(before);
  });
});
