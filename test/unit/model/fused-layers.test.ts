import { readFileSync } from "node:fs";
import { expect } from "chai";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { addAndRectify, convolveAndNormalize } from "../../../src/model/fused-layers.js";
import type { Tensor } from "../../../src/engine/tensorflow.js";
import { expectClose } from "../../support/close-to.js";
import { convNode } from "../../support/conv-node.js";
import { itWithTensorflow, numbers } from "../../support/it-with-tensorflow.js";

interface LayerCase {
  size: number;
  stride: number;
  kernel: number;
  padding: number;
  relu: boolean;
  outputSize: number;
  images: number[];
  weight: number[];
  gamma: number[];
  beta: number[];
  upstream: number[];
  output: number[];
  batchMean: number[];
  batchVariance: number[];
  imagesGradient: number[];
  weightGradient: number[];
  gammaGradient: number[];
  betaGradient: number[];
}

const vectorFile = join(packageRoot(), "fixtures/vectors/training-pytorch.json");
const { layers } = JSON.parse(readFileSync(vectorFile, "utf8")) as { layers: LayerCase[] };

describe("convolveAndNormalize", () => {
  for (const vector of layers) {
    const { size, stride, kernel, padding, relu, outputSize } = vector;
    const node = convNode({ kernel, stride, padding, inChannels: 3, outChannels: 4 });
    const name = `kernel ${kernel}, stride ${stride}, padding ${padding}${relu ? ", ReLU" : ""}`;

    itWithTensorflow(`agrees with PyTorch, forward and in all gradients: ${name}`, (engine) => {
      const { tf } = engine;
      tf.tidy(() => {
        let statistics: Tensor[] = [];
        const inputs = [
          tf.tensor4d(vector.images, [2, size, size, 3]),
          tf.tensor4d(vector.weight, [kernel, kernel, 3, 4]),
          tf.tensor1d(vector.gamma),
          tf.tensor1d(vector.beta),
        ];
        const layer = tf.valueAndGrads((images, weight, gamma, beta) =>
          convolveAndNormalize(
            engine,
            node,
            images,
            { weight, gamma, beta },
            {
              relu,
              imagesNeedGradient: true,
              statistics: (mean, variance) => (statistics = [mean, variance]),
            },
          ),
        );
        const { value, grads } = layer(inputs, tf.tensor4d(vector.upstream, [2, outputSize, outputSize, 4]));
        expect(value.shape).to.deep.equal([2, outputSize, outputSize, 4]);
        expectClose(numbers(value), vector.output, 1e-5);
        expectClose(numbers(statistics[0]), vector.batchMean, 1e-5);
        expectClose(numbers(statistics[1]), vector.batchVariance, 1e-5);
        expectClose(numbers(grads[0]), vector.imagesGradient, 1e-4);
        expectClose(numbers(grads[1]), vector.weightGradient, 1e-4);
        expectClose(numbers(grads[2]), vector.gammaGradient, 1e-4);
        expectClose(numbers(grads[3]), vector.betaGradient, 1e-4);
        tf.dispose(statistics);
      });
    });

    itWithTensorflow(`gives the same parameter gradients without the input's: ${name}`, (engine) => {
      const { tf } = engine;
      tf.tidy(() => {
        const images = tf.tensor4d(vector.images, [2, size, size, 3]);
        const inputs = [
          tf.tensor4d(vector.weight, [kernel, kernel, 3, 4]),
          tf.tensor1d(vector.gamma),
          tf.tensor1d(vector.beta),
        ];
        const layer = tf.grads((weight, gamma, beta) =>
          convolveAndNormalize(
            engine,
            node,
            images,
            { weight, gamma, beta },
            {
              relu,
              imagesNeedGradient: false,
              statistics: (mean, variance) => tf.dispose([mean, variance]),
            },
          ),
        );
        const grads = layer(inputs, tf.tensor4d(vector.upstream, [2, outputSize, outputSize, 4]));
        expectClose(numbers(grads[0]), vector.weightGradient, 1e-4);
        expectClose(numbers(grads[1]), vector.gammaGradient, 1e-4);
        expectClose(numbers(grads[2]), vector.betaGradient, 1e-4);
      });
    });
  }
});

describe("addAndRectify", () => {
  itWithTensorflow(
    "rectifies the sum and lets the gradient through to both maps where the sum is positive",
    (engine) => {
      const { tf } = engine;
      tf.tidy(() => {
        const first = tf.tensor4d([1, -2, 3, 0.5], [1, 2, 1, 2]);
        const second = tf.tensor4d([-3, 5, 4, -0.5], [1, 2, 1, 2]);
        const { value, grads } = tf.valueAndGrads((a, b) => addAndRectify(engine, a, b))(
          [first, second],
          tf.tensor4d([10, 20, 30, 40], [1, 2, 1, 2]),
        );
        expect(numbers(value)).to.deep.equal([0, 3, 7, 0]);
        for (const gradient of grads) {
          expect(numbers(gradient)).to.deep.equal([0, 20, 30, 0]);
          expect(gradient.shape).to.deep.equal([1, 2, 1, 2]);
        }
      });
    },
  );

  itWithTensorflow("adds up the gradients of a map that is both operands, and leaves no tensor behind", (engine) => {
    const { tf } = engine;
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const map = tf.tensor1d([2, -1]);
      const gradient = tf.grad((x) => addAndRectify(engine, x, x))(map, tf.tensor1d([3, 5]));
      expect(numbers(gradient)).to.deep.equal([6, 0]);
    });
    expect(tf.memory().numTensors).to.equal(before);
  });
});
