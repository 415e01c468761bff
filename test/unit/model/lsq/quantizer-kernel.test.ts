import { expect } from "chai";
import fc from "fast-check";
import { activationLevels, signedActivationLevels } from "../../../../src/model/lsq/lsq.js";
import { fusedKernel, type LevelRange, plainKernel } from "../../../../src/model/lsq/quantizer-kernel.js";
import type { Tensorflow } from "../../../../src/engine/tensorflow.js";
import { itWithTensorflow, numbers } from "../../../support/it-with-tensorflow.js";

/** The float32 numbers next to x ≠ 0, and x. */
function withNeighbours(x: number): number[] {
  const float = Float32Array.of(x);
  const bits = new Int32Array(float.buffer);
  const at = (place: number) => {
    bits[0] = place;
    return float[0];
  };
  const [place] = bits;
  return [at(place - 1), at(place), at(place + 1)];
}

const anyLevels = fc.oneof(
  fc.integer({ min: 1, max: 8 }).map(activationLevels),
  fc.integer({ min: 2, max: 8 }).map(signedActivationLevels),
);
const anyStep = fc.float({ min: Math.fround(1e-5), max: 4, noNaN: true });

/** The kernel is made of operations that only TensorFlow itself has. */
const itOnTensorflow = (title: string, body: Parameters<typeof itWithTensorflow>[1]) =>
  itWithTensorflow(title, body, ["tfjs-node"]);

describe("the fused quantizer kernel", () => {
  itOnTensorflow("is there in TensorFlow, and not in an engine that lacks its operations", (engine) => {
    expect(fusedKernel(engine)).to.not.equal(undefined);
    const lacking: Tensorflow = {
      ...engine,
      run: (op) => {
        throw new Error(`no ${op} here`);
      },
    };
    const before = engine.tf.memory().numTensors;
    expect(fusedKernel(lacking)).to.equal(undefined);
    expect(engine.tf.memory().numTensors).to.equal(before);
  });

  itOnTensorflow("gives the plain one's integers wherever v/s is not within float32's error of a tie", (engine) => {
    const { tf } = engine;
    const anyRatios = fc.array(fc.double({ min: -1.5, max: 1.5, noNaN: true }), { minLength: 1, maxLength: 50 });
    const property = fc.property(anyLevels, anyStep, anyRatios, (levels, step, places) => {
      const values = places.map((place) => Math.fround(place * levels.above * step));
      const [plain, fused] = [plainKernel(engine), fusedKernel(engine)!].map((kernel) =>
        tf.tidy(() => numbers(kernel.quantize(tf.tensor1d(values), tf.tensor1d([step]), levels))),
      );
      values.forEach((value, index) => {
        const ratio = value / step;
        const toTie = Math.abs(ratio - Math.floor(ratio) - 0.5);
        const isTie = toTie < 4 * 2 ** -24 * Math.max(1, Math.abs(ratio));
        const allowed = (isTie ? 1 : 2 ** -22 * levels.above) * step;
        expect(Math.abs(plain[index] - fused[index]), `v/s = ${ratio}`).to.be.at.most(allowed);
      });
    });
    fc.assert(property, { numRuns: 300 });
  });

  itOnTensorflow("passes the very gradients that the plain one passes, to the last number before an end", (engine) => {
    const { tf } = engine;
    const property = fc.property(anyLevels, anyStep, (levels: LevelRange, step) => {
      const ends = [Math.fround(levels.above * step), Math.fround(-levels.below * step)].filter((end) => end !== 0);
      const values = [...ends.flatMap(withNeighbours), 0, -0, step / 3, -step / 3, 1e-30, -1e-30, 1e30, -1e30];
      const upstream = values.map((_, index) => index + 1);
      const [plain, fused] = [plainKernel(engine), fusedKernel(engine)!].map((kernel) =>
        tf.tidy(() =>
          numbers(kernel.passInside(tf.tensor1d(upstream), tf.tensor1d(values), tf.tensor1d([step]), levels)),
        ),
      );
      expect(fused).to.deep.equal(plain);
      // By hand: strictly between the ends, the product of step and level as float32 has it.
      const inside = Float32Array.from(values).map((value, index) => {
        const isInside = Math.fround(-levels.below * step) < value && value < Math.fround(levels.above * step);
        return isInside ? upstream[index] : 0;
      });
      expect(plain).to.deep.equal([...inside]);
    });
    fc.assert(property, { numRuns: 300 });
  });

  itOnTensorflow("does not hide a value that is no number", (engine) => {
    const { tf } = engine;
    for (const kernel of [plainKernel(engine), fusedKernel(engine)!]) {
      const quantized = tf.tidy(() =>
        numbers(kernel.quantize(tf.tensor1d([NaN, 1]), tf.tensor1d([0.5]), activationLevels(4))),
      );
      expect(quantized).to.deep.equal([NaN, 1]);
    }
  });
});
