import { expect } from "chai";
import type { FcNode } from "../../../../src/network/network.js";
import { Disturber } from "../../../../src/model/noise/disturbance.js";
import type { NoiseSettings } from "../../../../src/model/noise/noise-settings.js";
import type { Tensor, Tensorflow } from "../../../../src/engine/tensorflow.js";
import { itWithTensorflow, numbers } from "../../../support/it-with-tensorflow.js";

const node: FcNode = { id: "fc", op: "fc", inputs: ["input"], inFeatures: 100, outFeatures: 40, weightBits: 4 };
const network = { input: { height: 1, width: 1, channels: 100, bits: 4, step: 0.5 }, nodes: [node] };
const macro = { arrayRows: 128, arrayColumns: 128, cellBits: 1, differential: "row-pair" as const };
const quietCells = {
  chipSeed: 1,
  programmingSigmaLevels: [0, 0],
  stuckLowShare: 0,
  stuckHighShare: 0,
  redrawSteps: 10,
};

/** Weights on LSQ's grid of step 0.25 and the parameters they come from. */
function parametersOf({ tf }: Tensorflow): (name: string) => Tensor {
  const weight = tf.tensor2d(
    Array.from({ length: 4000 }, (_, index) => ((index * 7) % 15) * 0.25 - 1.75),
    [100, 40],
  );
  const step = tf.tensor1d([0.25]);
  return (name) => (name === "fc.weight" ? weight : step);
}

/** The weights at some steps of a training with this noise. */
function weightsAt(engine: Tensorflow, noise: NoiseSettings, steps: number[], seed = 1): number[][] {
  return engine.tf.tidy(() => {
    const parameter = parametersOf(engine);
    const disturber = new Disturber(noise, { engine, network, key: [seed, "quantized"] });
    return steps.map((step) => numbers(disturber.at(step, parameter).weight(node, parameter("fc.weight"))));
  });
}

function deviation(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
}

describe("Disturber", () => {
  itWithTensorflow("moves weights by a share of the largest one, anew each step, by the key alone", (engine) => {
    const noise = { weights: { relativeSigma: 0.1 } };
    const [exact] = weightsAt(engine, {}, [0]);
    const [first, second] = weightsAt(engine, noise, [3, 4]);
    const errors = first.map((weight, index) => weight - exact[index]);
    // 0.1 × 1.75; the deviation of 4,000 draws is itself known to 1.1 %: five times that.
    expect(deviation(errors)).to.be.closeTo(0.175, 0.01);
    expect(second).to.not.deep.equal(first);
    expect(weightsAt(engine, noise, [4])[0]).to.deep.equal(second);
    expect(weightsAt(engine, noise, [4], 2)[0]).to.not.deep.equal(second);
  });

  itWithTensorflow("leaves weights as they are with ideal cells, and keeps a writing for its steps", (engine) => {
    const [exact] = weightsAt(engine, {}, [0]);
    expect(weightsAt(engine, { macro, cells: quietCells }, [0])[0]).to.deep.equal(exact);
    const noise = { macro, cells: { ...quietCells, programmingSigmaLevels: [0.05, 0.1] } };
    const [first, ninth, tenth] = weightsAt(engine, noise, [0, 9, 10]);
    expect(first).to.not.deep.equal(exact);
    expect(ninth).to.deep.equal(first);
    expect(tenth).to.not.deep.equal(first);
    // A resumed training makes a writing's draws anew.
    expect(weightsAt(engine, noise, [10])[0]).to.deep.equal(tenth);
  });

  itWithTensorflow("gives cells an error of the size that their levels' deviations add to", (engine) => {
    const noise = { macro, cells: { ...quietCells, programmingSigmaLevels: [0, 0.1] } };
    const [exact] = weightsAt(engine, {}, [0]);
    const [held] = weightsAt(engine, noise, [0]);
    // 4-bit weights have three 1-bit cells of 1, 2 and 4; those at level 1 err by 0.1. Weight 7 has all three.
    const errorsOf = (integer: number) =>
      held.flatMap((weight, index) => (exact[index] === integer * 0.25 ? [(weight - exact[index]) / 0.25] : []));
    const sevens = errorsOf(7);
    expect(sevens).to.have.length.greaterThan(250);
    // 266 draws: a deviation known to 4.3 %, times four.
    expect(deviation(sevens)).to.be.closeTo(0.1 * Math.sqrt(1 + 4 + 16), 0.08);
    expect(deviation(errorsOf(0))).to.equal(0);
  });

  itWithTensorflow("moves sums by a share of the largest one, and passes gradients as if it did not", (engine) => {
    const { tf } = engine;
    tf.tidy(() => {
      const parameter = parametersOf(engine);
      const noise = { weights: { relativeSigma: 0.2 }, sums: { relativeSigma: 0.05 } };
      const disturbance = new Disturber(noise, { engine, network, key: [1] }).at(0, parameter);
      const sums = tf.tensor2d(
        Array.from({ length: 4000 }, (_, index) => (index % 41) - 20),
        [100, 40],
      );
      const moved = numbers(disturbance.sums(node, sums, sums));
      const exact = numbers(sums);
      expect(deviation(moved.map((sum, index) => sum - exact[index]))).to.be.closeTo(1, 0.06);

      const { value, grads } = tf.valueAndGrads((weight) => disturbance.weight(node, weight))(
        [parameter("fc.weight")],
        tf.fill([100, 40], 3),
      );
      expect(numbers(value)).to.not.deep.equal(numbers(parameter("fc.weight")));
      expect(new Set(numbers(grads[0]))).to.deep.equal(new Set([3]));
    });
  });

  itWithTensorflow("converts sums in the units of input and weight", (engine) => {
    const { tf } = engine;
    tf.tidy(() => {
      const parameter = parametersOf(engine);
      const noise = { macro, adc: { bits: 8, stepLevels: 1 } };
      const disturbance = new Disturber(noise, { engine, network, key: [1] }).at(0, parameter);
      const input = tf.tensor2d(
        Array.from({ length: 300 }, (_, index) => (index % 16) * 0.5),
        [3, 100],
      );
      const exact = tf.matMul(input, parameter("fc.weight"));
      // 64 rows of 1-bit cells stay within ±127: an 8-bit ADC of step 1 is exact.
      expect(numbers(disturbance.sums(node, exact, input))).to.deep.equal(numbers(exact));
      const coarse = new Disturber({ macro, adc: { bits: 3, stepLevels: 1 } }, { engine, network, key: [1] });
      expect(numbers(coarse.at(0, parameter).sums(node, exact, input))).to.not.deep.equal(numbers(exact));
    });
  });
});
