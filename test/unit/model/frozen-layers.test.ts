import { expect } from "chai";
import type { Tensor } from "../../../src/engine/tensorflow.js";
import { convolveFrozen } from "../../../src/model/frozen-layers.js";
import { convNode } from "../../support/conv-node.js";
import { itWithTensorflow, numbers } from "../../support/it-with-tensorflow.js";

describe("a convolution whose weights stay", () => {
  for (const relu of [true, false]) {
    itWithTensorflow(
      `${relu ? "with" : "without"} rectifier: has the values and the image gradient of tfjs's own`,
      (engine) => {
        const { tf } = engine;
        tf.tidy(() => {
          const node = convNode({ kernel: 3, stride: 2, padding: 1, inChannels: 2, outChannels: 3 });
          const images = tf.sin(tf.reshape(tf.range(0, 2 * 6 * 6 * 2), [2, 6, 6, 2]));
          const weight = tf.cos(tf.reshape(tf.range(0, 54), [3, 3, 2, 3]));
          const offset = tf.tensor1d([0.1, -0.3, 0.2]);
          const frozen = (x: Tensor) => convolveFrozen(engine, node, x, { weight, offset }, relu);
          const plain = (x: Tensor) => {
            const padded = tf.pad(x, [
              [0, 0],
              [1, 1],
              [1, 1],
              [0, 0],
            ]);
            const sums = tf.add(tf.conv2d(padded as never, weight as never, 2, "valid"), offset);
            return relu ? tf.relu(sums) : sums;
          };
          const weighed = (of: (x: Tensor) => Tensor) => (x: Tensor) => {
            const map = of(x);
            return tf.sum(tf.mul(map, tf.reshape(tf.range(0, map.size), map.shape)));
          };
          const compare = (found: number[], wanted: number[]) =>
            found.forEach((value, place) => expect(value).to.be.closeTo(wanted[place], 1e-3));
          compare(numbers(frozen(images)), numbers(plain(images)));
          compare(numbers(tf.grad(weighed(frozen))(images)), numbers(tf.grad(weighed(plain))(images)));
        });
      },
    );
  }
});
