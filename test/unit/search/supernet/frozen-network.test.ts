import { expect } from "chai";
import type { Tensor } from "../../../../src/engine/tensorflow.js";
import { prepareInference } from "../../../../src/evaluate/inference.js";
import { frozenNetwork } from "../../../../src/search/supernet/frozen-network.js";
import { floatValues } from "../../../../src/search/supernet/train-supernet.js";
import { itWithTensorflow, numbers } from "../../../support/it-with-tensorflow.js";
import { tinySpace, untrained } from "../../../support/tiny-search.js";

const teacher = untrained(tinySpace, "[b3 c3][b3]");
const pixels = Float32Array.from({ length: 2 * 64 }, (_, place) => Math.abs(Math.sin(place)));

describe("a frozen part of a network", () => {
  itWithTensorflow("gives what evaluation in float gives", (engine) => {
    const { tf } = engine;
    const { nodes, input } = teacher.description;
    const values = floatValues(teacher);
    tf.tidy(() => {
      const images: Tensor = tf.tensor4d(pixels, [2, 8, 8, 1]);
      const wanted = prepareInference(engine, nodes, values, { inputStep: input.step, quantized: false })(images);
      const found = numbers(frozenNetwork(engine, nodes, values)(images));
      numbers(wanted.logits).forEach((value, place) => expect(found[place]).to.be.closeTo(value, 1e-4));
      // In two parts as in one.
      const whole = frozenNetwork(
        engine,
        nodes.slice(3),
        values,
      )(frozenNetwork(engine, nodes.slice(0, 3), values)(images));
      expect(nodes[2].op).to.equal("conv");
      expect(whole.shape).to.deep.equal([2, 3]);
    });
  });

  itWithTensorflow("passes the gradient to its input: as finite differences say", (engine) => {
    const { tf } = engine;
    const network = frozenNetwork(engine, teacher.description.nodes, floatValues(teacher));
    const lossOf = (images: Tensor) => tf.sum(tf.mul(network(images), tf.tensor2d([1, -2, 3], [1, 3])));
    const at = (values: Float32Array) => tf.tidy(() => numbers(lossOf(tf.tensor4d(values, [2, 8, 8, 1])))[0]);
    const gradient = tf.tidy(() => numbers(tf.grad(lossOf)(tf.tensor4d(pixels, [2, 8, 8, 1]))));
    const step = 1e-2;
    for (const place of [3, 27, 70, 121]) {
      const [more, less] = [1, -1].map((sign) =>
        at(pixels.map((value, index) => value + (index === place ? sign * step : 0))),
      );
      expect(gradient[place]).to.be.closeTo((more - less) / (2 * step), 0.02 + 0.05 * Math.abs(gradient[place]));
    }
  });

  itWithTensorflow("of no nodes is the input itself", (engine) => {
    engine.tf.tidy(() => {
      expect(numbers(frozenNetwork(engine, [], new Map())(engine.tf.tensor1d([1, 2])))).to.deep.equal([1, 2]);
    });
  });
});
