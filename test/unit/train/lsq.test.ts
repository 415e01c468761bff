import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import {
  activationLevels,
  fakeQuantize,
  initialStep,
  type LevelRange,
  stepGradientScale,
  weightLevels,
} from "../../../src/train/lsq.js";
import type { Tensorflow } from "../../../src/train/tensorflow.js";
import { expectClose } from "./close-to.js";
import { itWithTensorflow, numbers } from "./it-with-tensorflow.js";

interface QuantizerInput extends LevelRange {
  step: number;
  gradientScale: number;
  values: number[];
  upstream: number[];
}

interface QuantizerOutput {
  output: number[];
  valuesGradient: number[];
  stepGradient: number;
}

const vectorFile = join(packageRoot(), "fixtures/vectors/lsq-pytorch.json");
const { cases } = JSON.parse(readFileSync(vectorFile, "utf8")) as {
  cases: (QuantizerInput & QuantizerOutput & { name: string })[];
};

function run(
  engine: Tensorflow,
  { values, upstream, step, gradientScale, ...levels }: QuantizerInput,
): QuantizerOutput {
  const { tf } = engine;
  const inputs = [tf.tensor1d(values), tf.tensor1d([step])];
  const quantize = tf.valueAndGrads((v, s) => fakeQuantize(engine, v, s, levels, gradientScale));
  const { value, grads } = quantize(inputs, tf.tensor1d(upstream));
  const result = { output: numbers(value), valuesGradient: numbers(grads[0]), stepGradient: numbers(grads[1])[0] };
  tf.dispose([...inputs, value, ...grads]);
  return result;
}

describe("LSQ", () => {
  it("gives 15 symmetric levels at 4 weight bits and 16 unsigned ones at 4 activation bits", () => {
    expect(weightLevels(4)).to.deep.equal({ below: 7, above: 7 });
    expect(weightLevels(2)).to.deep.equal({ below: 1, above: 1 });
    expect(activationLevels(4)).to.deep.equal({ below: 0, above: 15 });
    expect(stepGradientScale(100, { below: 7, above: 4 })).to.equal(0.05);
  });

  for (const vector of cases) {
    itWithTensorflow(`agrees with PyTorch on ${vector.name}, forward and in both gradients`, (engine) => {
      const found = run(engine, vector);
      expectClose(found.output, vector.output, 1e-6);
      expectClose(found.valuesGradient, vector.valuesGradient, 1e-6);
      expect(found.stepGradient).to.be.closeTo(vector.stepGradient, 1e-5);
    });
  }

  itWithTensorflow("gives the gradients worked out by hand, boundaries included", (engine) => {
    // v/s = −2, −1, 0.4, 1.5, 2.5, 3, 4 with levels 0 … 3: below, below, inside, inside, inside, at the top, above.
    const values = [-1, -0.5, 0.2, 0.75, 1.25, 1.5, 2];
    const found = run(engine, {
      values,
      upstream: values.map(() => 1),
      step: 0.5,
      gradientScale: 0.5,
      below: 0,
      above: 3,
    });
    // Ties go to the even neighbour: 1.5 -> 2, 2.5 -> 2.
    expect(found.output).to.deep.equal([0, 0, 0, 1, 1, 1.5, 1.5]);
    expect(found.valuesGradient).to.deep.equal([0, 0, 1, 1, 1, 0, 0]);
    // 0 + 0 + (0 − 0.4) + (2 − 1.5) + (2 − 2.5) + 3 + 3, times 0.5.
    expect(found.stepGradient).to.be.closeTo(0.5 * 5.6, 1e-5);
  });

  itWithTensorflow("has the finite difference as step gradient outside the range", (engine) => {
    // There the output is ±Q·s and has a derivative; inside, LSQ's gradient is not one but an estimate by design.
    const { tf } = engine;
    const values = [-4, 3.1, 5, -2.6];
    const sum = (step: number) =>
      numbers(tf.sum(fakeQuantize(engine, tf.tensor1d(values), tf.tensor1d([step]), { below: 7, above: 7 }, 1)))[0];
    const slope = (sum(0.251) - sum(0.249)) / 0.002;
    const { stepGradient } = run(engine, {
      values,
      upstream: [1, 1, 1, 1],
      step: 0.25,
      gradientScale: 1,
      below: 7,
      above: 7,
    });
    expect(slope).to.be.closeTo(stepGradient, 1e-3);
  });

  itWithTensorflow("starts from 2·mean|v|/√Qp, and never from 0", (engine) => {
    const { tf } = engine;
    expect(initialStep(engine, tf.tensor1d([1, -3, 2]), { below: 4, above: 4 })).to.be.closeTo(2, 1e-6);
    expect(initialStep(engine, tf.zeros([3]), { below: 7, above: 7 })).to.be.greaterThan(0);
  });
});
