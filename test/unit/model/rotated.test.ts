import { expect } from "chai";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import type { NetworkNode } from "../../../src/network/network.js";
import { convolve } from "../../../src/model/fused-layers.js";
import { initialWeights } from "../../../src/model/initial-weights.js";
import { trainingOutput } from "../../../src/model/model.js";
import { readRecipe } from "../../../src/train/recipe/read-recipe.js";
import { isRotatable } from "../../../src/model/rotated.js";
import type { Tensor } from "../../../src/engine/tensorflow.js";
import { expectClose } from "../../support/close-to.js";
import { convNode } from "../../support/conv-node.js";
import { itWithTensorflow, numbers } from "../../support/it-with-tensorflow.js";
import { sampleNodes } from "../train/sample-recipe.js";

const conv = (kernel: number, stride: number, padding: number) =>
  convNode({ kernel, stride, padding, inChannels: 2, outChannels: 3 });

const square = (size: number) => ({ height: size, width: size });

describe("isRotatable", () => {
  const shipped = (name: string): NetworkNode[] =>
    readRecipe(join(packageRoot(), "fixtures/recipes", `${name}.json`)).network.nodes;

  it("takes the shipped chains, and not networks whose shortcuts take every second pixel", () => {
    expect(isRotatable(shipped("fashion-mnist-accuracy-first"), square(32))).to.equal(true);
    expect(isRotatable(shipped("fashion-mnist-edp-first"), square(32))).to.equal(true);
    expect(isRotatable(shipped("fashion-mnist-teacher"), square(32))).to.equal(false);
    expect(isRotatable(shipped("cifar-10-accuracy-first"), square(32))).to.equal(false);
  });

  it("does not take a classifier that reads a map, whose weights know up from down", () => {
    const fc = (inFeatures: number): NetworkNode => ({
      id: "fc",
      op: "fc",
      inputs: ["conv"],
      inFeatures,
      outFeatures: 10,
      weightBits: 4,
    });
    expect(isRotatable([conv(3, 1, 1), fc(48)], square(4))).to.equal(false);
    expect(isRotatable([conv(3, 1, 1), fc(3)], square(1))).to.equal(true);
  });

  itWithTensorflow(
    "takes convolutions that TensorFlow's SAME computes rotated",
    (engine) => {
      const { tf } = engine;
      let taken = 0;
      for (const kernel of [1, 2, 3, 5])
        for (const stride of [1, 2, 3])
          for (const padding of [0, 1, 2])
            for (const size of [5, 6, 7, 8]) {
              const node = conv(kernel, stride, padding);
              if (!isRotatable([node], square(size))) continue;
              taken++;
              tf.tidy(() => {
                const images: Tensor = tf.randomUniform([2, size, size, 2], -1, 1, "float32", 3);
                const weight: Tensor = tf.randomUniform([kernel, kernel, 2, 3], -1, 1, "float32", 4);
                const upright = convolve(engine, node, images, weight);
                const rotatedImages = tf.reverse(images, [1, 2]);
                const rotatedWeight = tf.reverse(weight, [0, 1]);
                const rotated = convolve(engine, { ...node, isRotated: true }, rotatedImages, rotatedWeight);
                expect(rotated.shape).to.deep.equal(upright.shape);
                expectClose(numbers(tf.reverse(rotated, [1, 2])), numbers(upright), 1e-5);
              });
            }
      // Of 144.
      expect(taken).to.be.within(30, 60);
    },
    ["tfjs-node"],
  );
});

describe("trainingOutput", () => {
  itWithTensorflow(
    "gives the same logits and gradients for a network rotated",
    (engine) => {
      const { tf } = engine;
      const nodes = sampleNodes();
      const values = initialWeights(nodes, 2);
      const names = [...values.keys()].filter((name) => !/\.(mean|variance)$/.test(name));
      const shapes = new Map<string, number[]>([
        ["conv1.weight", [3, 3, 1, 4]],
        ["conv2.weight", [3, 3, 4, 8]],
        ["fc.weight", [8, 10]],
      ]);
      const outcome = (isRotated: boolean): number[][] =>
        tf.tidy(() => {
          const images: Tensor = tf.randomUniform([5, 28, 28, 1], 0, 1, "float32", 9);
          const parameters = names.map((name) => tf.tensor(values.get(name)!, shapes.get(name)));
          const { value, grads } = tf.valueAndGrads((...given: Tensor[]) => {
            const parameter = (name: string) => given[names.indexOf(name)];
            const statistics = () => (mean: Tensor, variance: Tensor) => tf.dispose([mean, variance]);
            const { logits } = trainingOutput({ engine, nodes, parameter, statistics, isRotated }, images);
            return tf.mean(tf.square(logits));
          })(parameters);
          return [value, ...grads].map((tensor) => numbers(tensor));
        });
      const [upright, rotated] = [outcome(false), outcome(true)];
      expect(rotated).to.have.length(names.length + 1);
      rotated.forEach((found, place) => expectClose(found, upright[place], 1e-4));
    },
    ["tfjs-node"],
  );
});
