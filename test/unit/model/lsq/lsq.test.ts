import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../../src/base/paths.js";
import {
  activationLevels,
  fakeQuantize,
  initialStep,
  type LevelRange,
  signedActivationLevels,
  stepGradientScale,
  weightLevels,
} from "../../../../src/model/lsq/lsq.js";
import { fusedKernel, type QuantizerKernel } from "../../../../src/model/lsq/quantizer-kernel.js";
import type { Tensorflow } from "../../../../src/engine/tensorflow.js";
import { expectClose } from "../../../support/close-to.js";
import { itWithTensorflow, numbers } from "../../../support/it-with-tensorflow.js";

interface QuantizerInput extends LevelRange {
  /** Values in a row share the row, values in a column the step, where there are several. */
  channels: number;
  step: number[];
  gradientScale: number;
  values: number[];
  upstream: number[];
}

interface QuantizerOutput {
  output: number[];
  valuesGradient: number[];
  stepGradient: number[];
}

const vectorFile = join(packageRoot(), "fixtures/vectors/lsq-pytorch.json");
const { cases } = JSON.parse(readFileSync(vectorFile, "utf8")) as {
  cases: (QuantizerInput & QuantizerOutput & { name: string; startStep: number[] })[];
};

function run(engine: Tensorflow, input: QuantizerInput, kernel?: QuantizerKernel): QuantizerOutput {
  const { tf } = engine;
  const { values, upstream, channels, step, gradientScale, ...levels } = input;
  return tf.tidy(() => {
    const quantize = tf.valueAndGrads((v, s) => fakeQuantize(engine, v, s, levels, { gradientScale, kernel }));
    const inputs = [tf.tensor2d(values, [values.length / channels, channels]), tf.tensor1d(step)];
    const { value, grads } = quantize(inputs, tf.tensor2d(upstream, [values.length / channels, channels]));
    expect(grads.map(({ shape }) => shape)).to.deep.equal(inputs.map(({ shape }) => shape));
    return { output: numbers(value), valuesGradient: numbers(grads[0]), stepGradient: numbers(grads[1]) };
  });
}

/** One value and one step with a gradient scale of 1: what comes out, and what it says of both. */
function runOne(engine: Tensorflow, value: number, step: number, levels: LevelRange) {
  const input = { ...levels, channels: 1, step: [step], gradientScale: 1, values: [value], upstream: [1] };
  const { output, valuesGradient, stepGradient } = run(engine, input);
  return { output: output[0], inValue: valuesGradient[0], inStep: stepGradient[0] };
}

describe("LSQ", () => {
  it("has symmetric levels for weights and signed activations of 2 to 8 bits, unsigned ones of 1 to 8", () => {
    const signed = [1, 3, 7, 15, 31, 63, 127];
    signed.forEach((above, index) => {
      expect(weightLevels(index + 2)).to.deep.equal({ below: above, above });
      expect(signedActivationLevels(index + 2)).to.deep.equal({ below: above, above });
    });
    const unsigned = [1, 3, 7, 15, 31, 63, 127, 255];
    unsigned.forEach((above, index) => expect(activationLevels(index + 1)).to.deep.equal({ below: 0, above }));
  });

  it("scales the step's gradient by one over the root of N times Qp, whatever Qn is", () => {
    expect(stepGradientScale(100, { below: 7, above: 4 })).to.equal(0.05);
  });

  it("has vectors of each number of bits, with one step and with a step a channel", () => {
    const covered = (below: boolean, steps: number) =>
      cases.filter((vector) => vector.below > 0 === below && vector.step.length === steps).map(({ above }) => above);
    expect(covered(true, 1)).to.deep.equal([1, 3, 7, 15, 31, 63, 127]);
    expect(covered(true, 4)).to.deep.equal([1, 3, 7, 15, 31, 63, 127]);
    expect(covered(false, 1)).to.deep.equal([1, 3, 7, 15, 31, 63, 127, 255]);
  });

  for (const vector of cases) {
    itWithTensorflow(`agrees with PyTorch on ${vector.name}, forward, in both gradients and in the start`, (engine) => {
      const fused = vector.step.length > 1 ? undefined : fusedKernel(engine);
      for (const kernel of fused ? [undefined, fused] : [undefined]) {
        const found = run(engine, vector, kernel);
        expectClose(found.output, vector.output, 1e-6);
        expectClose(found.valuesGradient, vector.valuesGradient, 1e-6);
        expectClose(found.stepGradient, vector.stepGradient, 2e-5);
      }
      const sharing = vector.values.length / vector.step.length;
      expect(stepGradientScale(sharing, vector)).to.be.closeTo(vector.gradientScale, 1e-12);
      const { tf } = engine;
      const values = tf.tensor2d(vector.values, [vector.values.length / vector.channels, vector.channels]);
      const start = initialStep(engine, values, vector, vector.step.length > 1 ? "channel" : "layer");
      expectClose(start, vector.startStep, 1e-6);
      values.dispose();
    });
  }

  itWithTensorflow("gives the gradients worked out by hand, boundaries included", (engine) => {
    // v/s = −2, 0, 0.4, 1.5, 2.5, 3, 4 with levels 0 … 3: below, at the bottom, inside, inside, inside, at the top, above.
    const values = [-1, 0, 0.2, 0.75, 1.25, 1.5, 2];
    const found = run(engine, {
      values,
      channels: 1,
      upstream: values.map(() => 1),
      step: [0.5],
      gradientScale: 0.5,
      below: 0,
      above: 3,
    });
    // Ties go to the even neighbour: 1.5 -> 2, 2.5 -> 2.
    expect(found.output).to.deep.equal([0, 0, 0, 1, 1, 1.5, 1.5]);
    expect(found.valuesGradient).to.deep.equal([0, 0, 1, 1, 1, 0, 0]);
    // 0 + 0 + (0 − 0.4) + (2 − 1.5) + (2 − 2.5) + 3 + 3, times 0.5.
    expect(found.stepGradient[0]).to.be.closeTo(0.5 * 5.6, 1e-5);
    // At the ends of a signed range, where the paper's two cases meet: v moves nothing, s moves by −Qn and Qp.
    for (const sign of [-1, 1]) {
      expect(runOne(engine, sign * 3.5, 0.5, weightLevels(4))).to.deep.equal({
        output: sign * 3.5,
        inValue: 0,
        inStep: sign * 7,
      });
    }
  });

  itWithTensorflow("treats each channel of a convolution's weight as a layer of its own", (engine) => {
    const { tf } = engine;
    const levels = weightLevels(3);
    const [values, upstream] = [7, 8].map((seed) => tf.randomNormal([3, 3, 2, 4], 0, 0.5, "float32", seed));
    const steps = [0.05, 0.1, 0.2, 0.4];
    const gradients = (v: typeof values, s: number[], u: typeof values) =>
      tf.valueAndGrads((a, b) => fakeQuantize(engine, a, b, levels, { gradientScale: 0.3 }))([v, tf.tensor1d(s)], u);
    tf.tidy(() => {
      const whole = gradients(values, steps, upstream);
      steps.forEach((step, channel) => {
        const one = (tensor: typeof values) => tf.slice(tensor, [0, 0, 0, channel], [3, 3, 2, 1]);
        const alone = gradients(one(values), [step], one(upstream));
        expect(numbers(one(whole.value))).to.deep.equal(numbers(alone.value));
        expect(numbers(one(whole.grads[0]))).to.deep.equal(numbers(alone.grads[0]));
        expect(numbers(whole.grads[1])[channel]).to.be.closeTo(numbers(alone.grads[1])[0], 1e-5);
      });
    });
    tf.dispose([values, upstream]);
  });

  // The quantizer itself is a staircase. What the paper differentiates is its surrogate by the straight-through
  // estimator: s·(clip(v/s, −Qn, Qp) + δ) with the rounding error δ held where it is. Its derivatives, by central
  // differences in double precision, are LSQ's gradients everywhere but at the ends of the range, where it has none.
  itWithTensorflow("has the finite differences of the straight-through surrogate in value and step", (engine) => {
    for (const levels of [weightLevels(2), weightLevels(4), signedActivationLevels(8), activationLevels(4)]) {
      const clip = (ratio: number) => Math.max(-levels.below, Math.min(levels.above, ratio));
      for (const place of [-1.4, -0.83, -0.31, 0.07, 0.42, 0.93, 1.3]) {
        const step = 0.21;
        const value = place * levels.above * step;
        const clipped = clip(value / step);
        const roundingError = Math.round(clipped) - clipped;
        const surrogate = (v: number, s: number) => s * (clip(v / s) + roundingError);
        const h = 1e-6;
        const found = runOne(engine, value, step, levels);
        expect(found.inValue).to.be.closeTo((surrogate(value + h, step) - surrogate(value - h, step)) / (2 * h), 1e-5);
        const slope = (surrogate(value, step + h) - surrogate(value, step - h)) / (2 * h);
        expect(found.inStep, `v/s = ${value / step}`).to.be.closeTo(slope, 1e-4 * levels.above);
      }
    }
  });

  // Between two jumps of the staircase the output is s·k with a fixed integer k: its true derivative in s is k. LSQ's
  // is k − v/s inside the range, so that a step also feels how far its levels lie from the values; outside they agree.
  itWithTensorflow("differs from the staircase's own slope by v/s inside the range, and not outside", (engine) => {
    const levels = weightLevels(4);
    const step = 0.25;
    for (const ratio of [-9.3, -7.6, -5.2, -0.3, 0.4, 2.7, 6.8, 7.6, 11.1]) {
      const value = ratio * step;
      const output = (s: number) => runOne(engine, value, s, levels).output;
      const slope = (output(step * 1.001) - output(step * 0.999)) / (step * 0.002);
      const isInside = Math.abs(ratio) < 7;
      const { inStep } = runOne(engine, value, step, levels);
      expect(inStep, `v/s = ${ratio}`).to.be.closeTo(isInside ? slope - ratio : slope, 1e-3);
    }
  });

  itWithTensorflow("starts from 2·mean|v|/√Qp of each channel, and never from 0", (engine) => {
    const { tf } = engine;
    const levels = weightLevels(4);
    tf.tidy(() => {
      expect(initialStep(engine, tf.tensor1d([1, -3, 2]), { below: 4, above: 4 })[0]).to.be.closeTo(2, 1e-6);
      const twoChannels = tf.tensor4d([1, 0, -3, 0], [1, 1, 2, 2]);
      const [first, second] = initialStep(engine, twoChannels, { below: 4, above: 4 }, "channel");
      expect(first).to.be.closeTo(2, 1e-6);
      expect(second).to.be.greaterThan(0);
      expect(initialStep(engine, tf.zeros([3]), levels)[0]).to.be.greaterThan(0);
    });
  });

  itWithTensorflow("leaves no tensor behind but its results", (engine) => {
    const { tf } = engine;
    const inputs = [tf.randomNormal([4, 3]), tf.fill([3], 0.2)];
    const before = tf.memory().numTensors;
    const { value, grads } = tf.valueAndGrads((v, s) =>
      tf.sum(fakeQuantize(engine, v, s, weightLevels(4), { gradientScale: 0.1 })),
    )(inputs);
    expect(tf.memory().numTensors).to.equal(before + 3);
    tf.dispose([...inputs, value, ...grads]);
  });
});
