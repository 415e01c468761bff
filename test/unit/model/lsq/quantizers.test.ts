import { expect } from "chai";
import type { QuantizingNode } from "../../../../src/network/integers.js";
import type { ConvNode } from "../../../../src/network/network.js";
import { fakeQuantize, stepGradientScale, weightLevels } from "../../../../src/model/lsq/lsq.js";
import { trainingOutput } from "../../../../src/model/model.js";
import { initialSteps, lsqQuantizers, outputLevels } from "../../../../src/model/lsq/quantizers.js";
import type { Tensor } from "../../../../src/engine/tensorflow.js";
import { expectClose } from "../../../support/close-to.js";
import { itWithTensorflow, numbers } from "../../../support/it-with-tensorflow.js";
import { residualNetwork, trainedLikeParameters } from "../../train/residual-network.js";

function convolution(changes: Partial<ConvNode>): ConvNode {
  return { ...(residualNetwork(3, "layer").nodes[0] as ConvNode), ...changes };
}

describe("levels of a node's output", () => {
  const signed = { below: 7, above: 7 };
  const unsigned = { below: 0, above: 15 };

  it("are signed behind a convolution without a rectifier and unsigned elsewhere", () => {
    expect(outputLevels(convolution({ outputBits: 4, activation: "none" }))).to.deep.equal(signed);
    expect(outputLevels(convolution({ outputBits: 4, activation: "relu" }))).to.deep.equal(unsigned);
    expect(outputLevels(convolution({ outputBits: 4 }))).to.deep.equal(unsigned);
    expect(outputLevels({ id: "sum", op: "add", inputs: ["a", "b"], outputBits: 4 })).to.deep.equal(unsigned);
    expect(outputLevels({ id: "p", op: "globalAveragePool", inputs: ["a"], outputBits: 4 })).to.deep.equal(unsigned);
  });
});

describe("LSQ's quantizers of a network", () => {
  for (const stepPer of ["layer", "channel"] as const) {
    itWithTensorflow(`scale a weight step's gradient by the weights that share it, one step a ${stepPer}`, (engine) => {
      const { tf } = engine;
      const node = convolution({ weightBits: 3, weightStepPer: stepPer });
      const sharing = stepPer === "layer" ? 3 * 3 * 2 * 4 : 3 * 3 * 2;
      tf.tidy(() => {
        const weight = tf.randomNormal([3, 3, 2, 4], 0, 0.3, "float32", 5);
        const step = tf.fill([stepPer === "layer" ? 1 : 4], 0.1);
        const upstream = tf.randomNormal(weight.shape, 0, 1, "float32", 6);
        const found = tf.grad((s: Tensor) => lsqQuantizers(engine, () => s).weight(node, weight))(step, upstream);
        const wanted = tf.grad((s: Tensor) => fakeQuantize(engine, weight, s, weightLevels(3), { gradientScale: 1 }))(
          step,
          upstream,
        );
        // Qp = 3 at 3 bits.
        expectClose(numbers(found), numbers(tf.mul(wanted, 1 / Math.sqrt(sharing * 3))), 1e-6);
      });
    });
  }

  itWithTensorflow(
    "scale an activation step's gradient by the features of one sample, whatever the batch",
    (engine) => {
      const { tf } = engine;
      const node = convolution({ outputBits: 4, activation: "none" });
      const gradient = (batch: number) =>
        tf.tidy(() => {
          const activation = tf.tile(tf.randomNormal([1, 3, 3, 2], 0, 1, "float32", 7), [batch, 1, 1, 1]);
          const quantize = (s: Tensor) => lsqQuantizers(engine, () => s).activation(node, activation);
          return numbers(tf.grad(quantize)(tf.tensor1d([0.1])))[0];
        });
      expect(stepGradientScale(18, { below: 7, above: 7 })).to.be.closeTo(1 / Math.sqrt(18 * 7), 1e-12);
      expect(gradient(5)).to.be.closeTo(5 * gradient(1), 1e-3);
      const plain = tf.tidy(() => {
        const activation = tf.randomNormal([1, 3, 3, 2], 0, 1, "float32", 7);
        const quantize = (s: Tensor) =>
          fakeQuantize(engine, activation, s, { below: 7, above: 7 }, { gradientScale: 1 });
        return numbers(tf.grad(quantize)(tf.tensor1d([0.1])))[0];
      });
      expect(gradient(1)).to.be.closeTo(plain / Math.sqrt(18 * 7), 1e-4);
    },
  );

  itWithTensorflow("give signed activations behind a linear convolution, none below 0 behind an add", (engine) => {
    const { tf } = engine;
    const quantize = (node: QuantizingNode) =>
      tf.tidy(() => {
        const values = tf.tensor2d([-9, -0.6, 0.4, 2.2, 9, 40], [1, 6]);
        return numbers(lsqQuantizers(engine, () => tf.tensor1d([1])).activation(node, values));
      });
    expect(quantize(convolution({ outputBits: 4, activation: "none" }))).to.deep.equal([-7, -1, 0, 2, 7, 7]);
    expect(quantize({ id: "s", op: "add", inputs: ["a", "b"], outputBits: 4 })).to.deep.equal([0, 0, 0, 2, 9, 15]);
  });
});

describe("first steps of LSQ", () => {
  for (const stepPer of ["layer", "channel"] as const) {
    itWithTensorflow(`are 2·mean|v|/√Qp of what each quantizer sees, one weight step a ${stepPer}`, (engine) => {
      const { tf } = engine;
      const { nodes } = residualNetwork(4, stepPer);
      const values = trainedLikeParameters(residualNetwork(4, stepPer));
      const shapes = new Map<string, number[]>();
      for (const node of nodes) {
        if (node.op === "fc") shapes.set(`${node.id}.weight`, [node.inFeatures, node.outFeatures]);
        if (node.op !== "conv") continue;
        shapes.set(`${node.id}.weight`, [node.kernel, node.kernel, node.inChannels, node.outChannels]);
      }
      tf.tidy(() => {
        const images = tf.randomUniform([3, 12, 12, 1], 0, 1, "float32", 4);
        const parameter = (name: string) => tf.tensor(values.get(name)!, shapes.get(name));
        const tensors = tf.memory().numTensors;
        const steps = initialSteps(engine, nodes, parameter, images);
        expect(tf.memory().numTensors).to.equal(tensors);

        for (const node of nodes) {
          if (node.op !== "conv" && node.op !== "fc") continue;
          const weights = values.get(`${node.id}.weight`)!;
          const channels = stepPer === "layer" ? 1 : node.op === "conv" ? node.outChannels : node.outFeatures;
          const wanted = new Array<number>(channels).fill(0);
          // √Qp = √7 at 4 bits.
          weights.forEach((weight, index) => {
            wanted[index % channels] += (2 * Math.abs(weight) * channels) / weights.length / Math.sqrt(7);
          });
          expectClose(steps.get(`${node.id}.weight_step`)!, wanted, 1e-5);
        }

        // A pass that quantizes with the steps found must meet, at each activation, the values they were found from.
        const lsq = lsqQuantizers(engine, (name) => tf.tensor1d(steps.get(name)!));
        let activations = 0;
        const activation: typeof lsq.activation = (node, seen) => {
          activations++;
          const isSigned = node.op === "conv" && node.activation === "none";
          const met = numbers(seen).map((value) => (isSigned ? Math.abs(value) : Math.max(0, value)));
          const mean = met.reduce((sum, value) => sum + value, 0) / met.length;
          const wanted = (2 * mean) / Math.sqrt(isSigned ? 7 : 15);
          expectClose(steps.get(`${node.id}.output_step`)!, [wanted], 1e-4);
          return lsq.activation(node, seen);
        };
        const statistics = () => (mean: Tensor, variance: Tensor) => tf.dispose([mean, variance]);
        trainingOutput({ engine, nodes, parameter, quantizers: { ...lsq, activation }, statistics }, images);
        expect(activations).to.equal(nodes.length - 1);
        expect([...steps.keys()]).to.have.lengthOf(nodes.length - 1 + 7);
      });
    });
  }
});
