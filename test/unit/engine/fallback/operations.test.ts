import { expect } from "chai";
import { expectNasError } from "../../../support/expect-nas-error.js";
import type { OpAttribute } from "../../../../src/engine/engine.js";
import { itWithTensorflow, numbers } from "../../../support/it-with-tensorflow.js";

const convolution = (change: Record<string, OpAttribute> = {}): Record<string, OpAttribute> => ({
  T: { type: "float32" },
  strides: { int: [1, 1, 1, 1] },
  padding: { string: "VALID" },
  data_format: { string: "NHWC" },
  ...change,
});

describe("the fallback's operations", () => {
  itWithTensorflow(
    "refuse what only TensorFlow has, by name, with the cure",
    (engine) => {
      const { tf } = engine;
      tf.tidy(() => {
        const images = tf.ones([1, 4, 4, 1]);
        const refused = (op: string, attributes: Record<string, OpAttribute>, weight = tf.ones([2, 2, 1, 1])) => {
          const error = expectNasError("NAS_TRAIN_TENSORFLOW", () => engine.run(op, attributes, [images, weight]));
          expect(error.hint).to.contain("doctor --fix tensorflow");
          return error.message;
        };
        expect(refused("MatrixInverse", {})).to.match(/does not have the operation MatrixInverse/);
        expect(refused("toString", {})).to.match(/toString/);
        expect(refused("Conv2D", convolution({ padding: { string: "EXPLICIT" } }))).to.match(/kernel 2×2/);
        // An even kernel would need more zeros on one side than on the other.
        expect(refused("Conv2D", convolution({ padding: { string: "SAME" } }))).to.match(/kernel 2×2/);
        const strided = convolution({ padding: { string: "SAME" }, strides: { int: [1, 2, 2, 1] } });
        expect(refused("Conv2D", strided, tf.ones([3, 3, 1, 1]))).to.match(/kernel 3×3/);
        expect(refused("Conv2D", convolution({ strides: { int: [1, 1, 2, 1] } }))).to.match(/kernel 2×2/);
        expect(refused("Conv2D", convolution({ data_format: { string: "NCHW" } }))).to.match(/kernel 2×2/);
        expect(refused("Conv2D", convolution(), tf.ones([2, 3, 1, 1]))).to.match(/kernel 2×3/);
        expect(refused("FusedBatchNormV3", { is_training: { bool: false } })).to.match(/is_training other than true/);
        expect(refused("FusedBatchNormV3", { is_training: { bool: true } })).to.match(/epsilon other than a number/);
      });
    },
    ["wasm"],
  );

  itWithTensorflow(
    "leave no tensor behind but their results",
    (engine) => {
      const { tf } = engine;
      const [images, weight] = [tf.ones([1, 4, 4, 1]), tf.ones([2, 2, 1, 1])];
      const shape = tf.tensor1d([1, 4, 4, 1], "int32");
      const before = tf.memory().numTensors;
      const results = [
        ...engine.run("Conv2D", convolution(), [images, weight]),
        ...engine.run("Conv2DBackpropInput", convolution(), [shape, weight, tf.tidy(() => tf.ones([1, 3, 3, 1]))]),
      ];
      // Two results and the upstream gradient made here.
      expect(tf.memory().numTensors - before).to.equal(3);
      expect(numbers(results[0])).to.deep.equal(new Array<number>(9).fill(4));
      expect(numbers(results[1])).to.deep.equal([1, 2, 2, 1, 2, 4, 4, 2, 2, 4, 4, 2, 1, 2, 2, 1]);
      tf.dispose([images, weight, shape, ...results]);
    },
    ["wasm"],
  );
});
