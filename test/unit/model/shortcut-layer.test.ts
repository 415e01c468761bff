import { expect } from "chai";
import { fitMaps } from "../../../src/network/shortcut.js";
import { afterShortcut, fitForSum } from "../../../src/model/shortcut-layer.js";
import { itWithTensorflow, numbers } from "../../support/it-with-tensorflow.js";

describe("fitForSum", () => {
  const cases: [title: string, from: [number, number, number], to: [number, number, number]][] = [
    ["half the size and more channels", [6, 4, 2], [3, 2, 5]],
    ["half of an odd size", [7, 5, 3], [4, 3, 3]],
    ["a third of the size", [7, 7, 1], [3, 3, 2]],
    ["more channels alone", [2, 3, 4], [2, 3, 7]],
  ];
  for (const [title, from, to] of cases) {
    itWithTensorflow(`takes the pixels and channels that the bench takes: ${title}`, (engine) => {
      const { tf } = engine;
      const shape = ([height, width, channels]: typeof from) => ({ height, width, channels });
      const size = 2 * from[0] * from[1] * from[2];
      const integers = Uint8Array.from({ length: size }, (_, index) => 1 + ((index * 37) % 251));
      tf.tidy(() => {
        const map = tf.tensor(Float32Array.from(integers), [2, ...from]);
        const other = tf.zeros([2, ...to]);
        const [fitted, same] = fitForSum(engine, map, other);
        expect(fitted.shape).to.deep.equal([2, ...to]);
        expect(same).to.equal(other);
        expect(numbers(fitted)).to.deep.equal([...fitMaps(integers, shape(from), shape(to))]);
      });
    });

    itWithTensorflow(`gives the gradient back to the pixels it took, and none to the others: ${title}`, (engine) => {
      const { tf } = engine;
      tf.tidy(() => {
        const map = tf.ones([2, ...from]);
        const upstream = tf.tensor(
          Array.from({ length: 2 * to[0] * to[1] * to[2] }, (_, index) => 1 + (index % 17)),
          [2, ...to],
        );
        const { grads } = tf.valueAndGrads((x) => fitForSum(engine, x, tf.zeros([2, ...to]))[0])([map], upstream);
        expect(grads[0].shape).to.deep.equal(map.shape);
        // The layer is linear: ⟨upstream, fit(v)⟩ = ⟨gradient, v⟩ for every unit vector v.
        const gradient = numbers(grads[0]);
        const weights = numbers(upstream);
        for (let place = 0; place < gradient.length; place += 5) {
          const unit = tf.tensor(
            Float32Array.from(gradient, (_, index) => (index === place ? 1 : 0)),
            [2, ...from],
          );
          const image = numbers(fitForSum(engine, unit, tf.zeros([2, ...to]))[0]);
          const inner = image.reduce((sum, value, index) => sum + value * weights[index], 0);
          expect(gradient[place]).to.equal(inner);
        }
      });
    });
  }
});

describe("afterShortcut", () => {
  itWithTensorflow("gives a map its stride and width, as a sum's shortcut does", (engine) => {
    const { tf } = engine;
    tf.tidy(() => {
      const integers = Uint8Array.from({ length: 2 * 7 * 5 * 3 }, (_, index) => 1 + ((index * 37) % 251));
      const map = tf.tensor(Float32Array.from(integers), [2, 7, 5, 3]);
      const node = { id: "s", op: "shortcut", inputs: ["a"], stride: 2, outChannels: 8 } as const;
      const out = afterShortcut(engine, { ...node, inputs: ["a"] }, map);
      expect(out.shape).to.deep.equal([2, 4, 3, 8]);
      const [from, to] = [
        { height: 7, width: 5, channels: 3 },
        { height: 4, width: 3, channels: 8 },
      ];
      expect(numbers(out)).to.deep.equal([...fitMaps(integers, from, to)]);
      expect(afterShortcut(engine, { ...node, inputs: ["a"], stride: 1, outChannels: 3 }, map)).to.equal(map);
    });
  });
});
