import { expect } from "chai";
import { itWithTensorflow, numbers } from "../../../support/it-with-tensorflow.js";

describe("the fallback's replacements of tfjs's kernels", () => {
  itWithTensorflow("compare with a number, and along an axis as tfjs does", ({ tf }) => {
    tf.tidy(() => {
      const values = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
      expect(numbers(tf.greater(values, 3))).to.deep.equal([0, 0, 0, 1, 1, 1]);
      expect(numbers(tf.less(values, tf.tensor1d([3])))).to.deep.equal([1, 1, 0, 0, 0, 0]);
      expect(numbers(tf.greater(values, tf.tensor1d([0, 2, 5])))).to.deep.equal([1, 0, 0, 1, 1, 1]);
      expect(numbers(tf.less(tf.scalar(3), values))).to.deep.equal([0, 0, 0, 1, 1, 1]);
      expect(tf.greater(tf.tensor1d([1]), tf.tensor2d([[0]])).shape).to.deep.equal([1, 1]);
      expect(numbers(tf.less(tf.tensor1d([1, 2, 3], "int32"), tf.scalar(2, "int32")))).to.deep.equal([1, 0, 0]);
    });
  });

  itWithTensorflow("join truths of one shape, and of a row with a matrix", ({ tf }) => {
    tf.tidy(() => {
      const matrix = tf.tensor2d([1, 1, 0, 1], [2, 2], "bool");
      const row = tf.tensor1d([1, 0], "bool");
      expect(numbers(tf.logicalAnd(matrix, matrix))).to.deep.equal([1, 1, 0, 1]);
      expect(numbers(tf.logicalAnd(matrix, row))).to.deep.equal([1, 0, 0, 0]);
    });
  });

  itWithTensorflow("hide no NaN: a training that diverged must not go on", ({ tf }) => {
    tf.tidy(() => {
      const odd = tf.tensor1d([NaN, -1, 2, Infinity, -Infinity]);
      expect(numbers(tf.relu(odd))).to.deep.equal([NaN, 0, 2, Infinity, 0]);
      expect(numbers(tf.clipByValue(odd, -0.5, 1))).to.deep.equal([NaN, -0.5, 1, 1, -0.5]);
      expect(numbers(tf.relu(tf.tensor1d([-3, 0.5])))).to.deep.equal([0, 0.5]);
      expect(numbers(tf.clipByValue(tf.tensor1d([-3, 0.5, 9]), -1, 1))).to.deep.equal([-1, 0.5, 1]);
    });
  });
});
