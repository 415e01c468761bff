import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { matrixReference, runIntegerNetwork } from "../../../src/network/integer-network.js";
import type { ConvNode, FcNode, NetworkDescription } from "../../../src/network/network.js";
import { quantize } from "../../../src/network/quantize.js";
import {
  type FeatureMap,
  type MatrixLayer,
  matrixLayers,
  outputRange,
  type QuantizedNode,
  sourcesOf,
} from "../../../src/network/quantized-network.js";
import { readNetwork } from "../../../src/network/read-network.js";
import { readSafetensors, type Tensor } from "../../../src/network/safetensors.js";
import { exportNetwork } from "../../../src/train/export.js";
import { evaluate } from "../../../src/evaluate/evaluate.js";
import { initialWeights } from "../../../src/model/initial-weights.js";
import { randomStream } from "../../../src/base/random-stream.js";
import { lsqQuantizers } from "../../../src/model/lsq/quantizers.js";
import { temporaryFolder } from "../../support/temporary-folder.js";
import { expectClose } from "../../support/close-to.js";
import { fakeQuantizedPass } from "../model/fake-quantized-pass.js";
import { itWithTensorflow } from "../../support/it-with-tensorflow.js";
import { residualNetwork, trainedLikeParameters } from "./residual-network.js";
import { sampleRecipe } from "./sample-recipe.js";

const classes = 10;
const images = 700;

const description: NetworkDescription = {
  format: "nas4cim-network",
  version: 1,
  ...sampleRecipe().network,
  provenance: {
    summary: "s",
    command: "c",
    recipeHash: "r",
    seed: 1,
    dataSha256: "d",
    versions: {},
    trainedOn: "2026-01-01",
  },
};

function evaluation(seed: number) {
  return {
    logits: Float32Array.from({ length: images * classes }, (_, index) => (index * seed) % 7),
    predictions: Uint8Array.from({ length: images }, (_, index) => (index * seed) % classes),
    correct: 0,
  };
}

describe("exportNetwork", () => {
  const folder = temporaryFolder();

  it("writes all tensors of the format with their shapes, the predictions, the logits of 500 images and the log", () => {
    const values = initialWeights(description.nodes, 1);
    for (const name of ["conv1.weight_step", "conv1.output_step", "conv2.weight_step", "conv2.output_step"]) {
      values.set(name, Float32Array.of(0.5));
    }
    values.set("pool.output_step", Float32Array.of(0.25)).set("fc.weight_step", Float32Array.of(0.125));
    const log = [{ phase: "float" as const, epoch: 1, loss: 1, trainAccuracy: 0.5, seconds: 2 }];
    exportNetwork(folder(), { description, values, log, float: evaluation(3), quantized: evaluation(7), classes });

    const read = (name: string) => Uint8Array.from(readFileSync(join(folder(), name)));
    const text = (name: string) => readFileSync(join(folder(), name), "utf8");
    expect(JSON.parse(text("network.json"))).to.deep.equal(description);
    expect(
      text("train-log.jsonl")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).to.deep.equal(log);

    const weights = readSafetensors(read("weights.safetensors"), "weights").tensors;
    const shapes = Object.fromEntries([...weights].map(([name, tensor]: [string, Tensor]) => [name, tensor.shape]));
    expect(shapes).to.deep.equal({
      "conv1.weight": [3, 3, 1, 4],
      "conv1.bn.gamma": [4],
      "conv1.bn.beta": [4],
      "conv1.bn.mean": [4],
      "conv1.bn.variance": [4],
      "conv1.weight_step": [1],
      "conv1.output_step": [1],
      "conv2.weight": [3, 3, 4, 8],
      "conv2.bn.gamma": [8],
      "conv2.bn.beta": [8],
      "conv2.bn.mean": [8],
      "conv2.bn.variance": [8],
      "conv2.weight_step": [1],
      "conv2.output_step": [1],
      "pool.output_step": [1],
      "fc.weight": [8, 10],
      "fc.bias": [10],
      "fc.weight_step": [1],
      float_predictions: [700],
    });
    for (const [name, data] of values) expect([...weights.get(name)!.data], name).to.deep.equal([...data]);
    expect([...weights.get("float_predictions")!.data]).to.deep.equal([...evaluation(3).predictions]);

    const expected = readSafetensors(read("expected.safetensors"), "expected").tensors;
    expect(expected.get("logits")!.shape).to.deep.equal([500, 10]);
    expect([...expected.get("logits")!.data]).to.deep.equal([...evaluation(7).logits.subarray(0, 5000)]);
    expect([...expected.get("predictions")!.data]).to.deep.equal([...evaluation(7).predictions]);
  });
});

/** Pre-rounding values of a node in double precision, in units of its output step, from the integers that it reads. */
function exactValues(node: QuantizedNode, inputs: readonly FeatureMap[]): number[] {
  if (node.op === "add") {
    const [a, b] = inputs;
    return Array.from(a, (value, index) => value * node.multipliers[0] + b[index] * node.multipliers[1]);
  }
  if (node.op === "globalAveragePool") {
    const { channels } = node.inShape;
    const sums = new Array<number>(channels).fill(0);
    inputs[0].forEach((value, index) => (sums[index % channels] += value));
    return sums.map((sum) => sum * node.multiplier);
  }
  if (node.op === "pool" || node.op === "shortcut") throw new Error(`${node.id} passes integers on`);
  const sums = matrixReference(node, inputs[0] as Uint8Array);
  const { multiplier, offset, outputs } = node;
  return Array.from(sums, (sum, index) => sum * multiplier[index % outputs] + offset[index % outputs]);
}

/** A layer's integer weights [outputs × rows] in the order that training keeps them, [rows × outputs]. */
function inTrainingOrder({ weights, rows, outputs }: MatrixLayer): number[] {
  return Array.from(weights, (_, index) => weights[(index % outputs) * rows + Math.floor(index / outputs)]);
}

// What is bit for bit: the integer weights; and, wherever float32 rounds to the same side, every integer that goes from
// node to node, and with them the sums of the classifier. What may differ: an activation on the edge between two
// integers, because training computes it as a float32 sum of rounded products and rounds an exact tie to even, the bench
// as an exact sum times a double, with ties up. So each node is first held to what training gave it to read, to know
// where an edge was met; an image on which none was must then agree in every integer from the pixels on.
describe("exported integers against fake quantization", () => {
  const folder = temporaryFolder();
  const count = 6;
  /** How near to an edge counts as on it: units in the last place (2^−23) of the node's largest value; 3.2 were seen. */
  const edgeUlps = 8;

  for (const stepPer of ["layer", "channel"] as const) {
    for (const bits of [2, 3, 4, 5, 6, 7, 8]) {
      itWithTensorflow(`agree at ${bits} bits with a weight step a ${stepPer}`, (engine) => {
        const network = residualNetwork(bits, stepPer);
        const { nodes, input } = network;
        const imageSize = input.height * input.width;
        const next = randomStream(bits, "pixels", stepPer);
        const bytes = Uint8Array.from({ length: count * imageSize }, () => next() >>> 24);
        const pass = fakeQuantizedPass(engine, network, trainedLikeParameters(network), bytes);
        const images = { count, input, classes, bytes, labels: new Uint8Array(count) };
        const [float, quantized] = [false, true].map((isQuantized) =>
          evaluate(engine, nodes, pass.values, images, { quantized: isQuantized }),
        );
        const path = join(folder(), network.name);
        exportNetwork(path, { description: network, values: pass.values, log: [], float, quantized, classes });
        const integers = quantize(readNetwork(path));

        for (const layer of matrixLayers(integers)) {
          expect(inTrainingOrder(layer), layer.id).to.deep.equal(pass.weights.get(layer.id));
        }

        let compared = 0;
        let onEdge = 0;
        let imagesOffEdges = 0;
        for (let image = 0; image < count; image++) {
          const ofImage = (values: ArrayLike<number>) => {
            const size = values.length / count;
            return Array.from(values).slice(image * size, (image + 1) * size);
          };
          const pixels = Uint8Array.from(ofImage(bytes));
          const trainingMap = (id: string): FeatureMap => {
            if (id === "input") return pixels;
            const map = ofImage(pass.activations.get(id)!.integers);
            return map.some((value) => value < 0) ? Int8Array.from(map) : Uint8Array.from(map);
          };
          const edgesBefore = onEdge;
          for (const node of integers.nodes) {
            if (!("outputBits" in node) || node.outputBits === undefined) continue;
            const { lowest, highest } = outputRange(node);
            const exact = exactValues(node, sourcesOf(node).map(trainingMap));
            const training = ofImage(pass.activations.get(node.id)!.integers);
            const beforeRounding = ofImage(pass.activations.get(node.id)!.ratios);
            const edge = edgeUlps * 2 ** -23 * Math.max(...exact.map(Math.abs));
            exact.forEach((value, index) => {
              const where = `${node.id} ${index}: ${training[index]} for ${value}`;
              if (Math.abs(beforeRounding[index] - value) > edge) expect.fail(where);
              compared++;
              if (training[index] === Math.max(lowest, Math.min(highest, Math.floor(value + 0.5)))) return;
              onEdge++;
              expect(Math.abs(value - Math.floor(value) - 0.5), where).to.be.at.most(edge);
            });
          }
          if (onEdge > edgesBefore) continue;
          imagesOffEdges++;
          const { logits, activations } = runIntegerNetwork(integers, pixels);
          for (const [id, map] of activations) {
            expect(Array.from(map), `${id} of image ${image}`).to.deep.equal(Array.from(trainingMap(id)));
          }
          // Of equal integers; their scale and the bias are float32 in training, double on the bench.
          expectClose(ofImage(pass.logits), logits, 1e-5);
          // + 0, because TensorFlow's clipping may leave a −0.
          expect(ofImage(quantized.features).map((value) => value + 0)).to.deep.equal(
            Array.from(activations.get("pool")!),
          );
          expectClose(ofImage(quantized.logits), logits, 1e-6);
        }
        expect(compared).to.equal(count * (144 * (4 + 6 * 6) + 36 * 6 + 6));
        expect(onEdge / compared).to.be.below(1e-4);
        expect(imagesOffEdges).to.be.at.least(count / 2);
      });
    }
  }

  itWithTensorflow("are the same for weights on the edge of two integers and next to it", (engine) => {
    const { tf } = engine;
    const network = residualNetwork(5, "channel");
    const bytes = new Uint8Array(2 * 144).fill(9);
    const { values } = fakeQuantizedPass(engine, network, trainedLikeParameters(network), bytes);
    for (const [name, weights] of values) {
      if (!name.endsWith(".weight")) continue;
      const steps = values.get(`${name}_step`)!;
      const onEdges = weights.map((_, index) => {
        const edge = Math.fround((Math.floor(index / 3) % 33) - 16.5) * steps[index % steps.length];
        return edge * (1 + ((index % 3) - 1) * 2 ** -23);
      });
      values.set(name, onEdges);
    }
    const path = join(folder(), "edges");
    exportNetwork(path, {
      description: network,
      values,
      log: [],
      float: evaluation(3),
      quantized: evaluation(7),
      classes,
    });
    const lsq = lsqQuantizers(engine, (name) => tf.tensor1d(values.get(name)!));
    for (const layer of matrixLayers(quantize(readNetwork(path)))) {
      const node = network.nodes.find(({ id }) => id === layer.id) as ConvNode | FcNode;
      const steps = values.get(`${layer.id}.weight_step`)!;
      const real = tf.tidy(() => {
        const weight = tf.tensor2d(values.get(`${layer.id}.weight`)!, [layer.rows, layer.outputs]);
        return lsq.weight(node, weight).dataSync();
      });
      // An integer times a step, in float32, divided by the step: within half a unit of the integer for sure.
      const training = Array.from(real, (value, index) => Math.round(value / steps[index % steps.length]) + 0);
      expect(inTrainingOrder(layer), layer.id).to.deep.equal(training);
    }
  });
});
