import { expect } from "chai";
import { maxPoolReference } from "../../../src/network/integer-network.js";
import { type Window, windowPlaces } from "../../../src/network/shape.js";
import { maxPool } from "../../../src/model/max-pool.js";
import { itWithTensorflow, numbers } from "../../support/it-with-tensorflow.js";

const windows: Window[] = [
  { kernel: 3, stride: 2, padding: 1 },
  { kernel: 2, stride: 2, padding: 0 },
  { kernel: 3, stride: 1, padding: 1 },
  { kernel: 2, stride: 3, padding: 0 },
];

describe("maxPool", () => {
  for (const window of windows) {
    const title = `kernel ${window.kernel}, stride ${window.stride}, padding ${window.padding}`;
    itWithTensorflow(
      `gives the largest of each window, as on integers, and its gradient to that pixel: ${title}`,
      (engine) => {
        const { tf } = engine;
        const inShape = { height: 7, width: 6, channels: 2 };
        const outShape = { height: windowPlaces(window, 7), width: windowPlaces(window, 6), channels: 2 };
        // 84 different numbers in no order.
        const integers = Uint8Array.from({ length: 7 * 6 * 2 }, (_, index) => 1 + ((index * 37) % 84));
        const pooled = maxPoolReference({ id: "p", op: "pool", source: "a", inShape, outShape, ...window }, integers);
        const expected = Float32Array.from(integers, (value, index) => {
          const channel = index % 2;
          return pooled.filter((largest, place) => place % 2 === channel && largest === value).length;
        });
        tf.tidy(() => {
          const map = tf.tensor(Float32Array.from(integers), [1, 7, 6, 2]);
          const { value, grads } = tf.valueAndGrads((x) => tf.sum(maxPool(engine, window, x)))([map]);
          expect(numbers(maxPool(engine, window, map))).to.deep.equal([...pooled]);
          expect(numbers(value)).to.deep.equal([pooled.reduce((sum, largest) => sum + largest, 0)]);
          expect(numbers(grads[0])).to.deep.equal([...expected]);
        });
      },
    );
  }
});
