import { expect } from "chai";
import { toNetworkInput } from "../../../src/data/to-network-input.js";
import type { ConvNode, FcNode, NetworkNode } from "../../../src/network/network.js";
import { type TrainingImages, trainingImages } from "../../../src/model/batches.js";
import { evaluate, Evaluator } from "../../../src/evaluate/evaluate.js";
import { initialWeights } from "../../../src/model/initial-weights.js";
import { randomStream } from "../../../src/base/random-stream.js";
import { runIntegerNetwork } from "../../../src/network/integer-network.js";
import { quantize } from "../../../src/network/quantize.js";
import { makeImages } from "../../support/labelled-images.js";
import { expectClose } from "../../support/close-to.js";
import { itWithTensorflow } from "../../support/it-with-tensorflow.js";
import { passingPlan, residualNetwork } from "../../support/residual-network.js";
import { sampleNodes, sampleRecipe } from "../train/sample-recipe.js";

const { input } = sampleRecipe().network;
const nodes = sampleNodes();
const images = trainingImages(makeImages([0, 1, 2, 3, 4, 5, 6]), { input, nodes });

/** Values of a network that was not trained, with statistics, gains and steps that put activations over their range. */
function someValues(): Map<string, Float32Array> {
  const values = initialWeights(nodes, 5);
  const next = randomStream("values");
  const uniform = (low: number, high: number) => low + ((high - low) * next()) / 2 ** 32;
  for (const [name, array] of values) {
    if (name.endsWith(".mean") || name.endsWith(".beta") || name.endsWith(".bias")) {
      array.forEach((_, index) => (array[index] = uniform(-0.3, 0.3)));
    } else if (name.endsWith(".variance") || name.endsWith(".gamma")) {
      array.forEach((_, index) => (array[index] = uniform(0.4, 1.6)));
    }
  }
  const steps = { "conv1.weight_step": 0.11, "conv1.output_step": 0.09, "conv2.weight_step": 0.07 };
  const more = { "conv2.output_step": 0.06, "pool.output_step": 0.01, "fc.weight_step": 0.09 };
  for (const [name, step] of Object.entries({ ...steps, ...more })) values.set(name, Float32Array.of(step));
  return values;
}

const halfEven = (value: number) => {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
};
const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));

/** The network by plain loops, in double precision, straight from its definition: an image's logits. */
function plainLogits(values: Map<string, Float32Array>, image: number, quantized: boolean): number[] {
  const get = (name: string) => values.get(name)!;
  const weightsOf = (node: ConvNode | FcNode) => {
    const step = get(`${node.id}.weight_step`)[0];
    const snap = (w: number) => clamp(halfEven(w / step), -7, 7) * step;
    return Array.from(get(`${node.id}.weight`), quantized ? snap : (w) => w);
  };
  const snapTo = (name: string, bits: number) => (value: number) =>
    quantized ? clamp(halfEven(value / get(name)[0]), 0, 2 ** bits - 1) * get(name)[0] : value;

  let size = 28;
  let maps = Array.from(images.bytes.subarray(image * 784, (image + 1) * 784), (byte) => byte / 255);
  for (const node of nodes.filter((one) => one.op === "conv")) {
    const weights = weightsOf(node);
    const [gamma, beta, mean, variance] = ["gamma", "beta", "mean", "variance"].map((what) =>
      get(`${node.id}.bn.${what}`),
    );
    const snap = snapTo(`${node.id}.output_step`, node.outputBits);
    const side = Math.floor((size + 2 * node.padding - node.kernel) / node.stride) + 1;
    const outputs: number[] = [];
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        for (let out = 0; out < node.outChannels; out++) {
          let sum = 0;
          for (let ky = 0; ky < node.kernel; ky++) {
            for (let kx = 0; kx < node.kernel; kx++) {
              const row = y * node.stride + ky - node.padding;
              const column = x * node.stride + kx - node.padding;
              if (row < 0 || row >= size || column < 0 || column >= size) continue;
              for (let into = 0; into < node.inChannels; into++) {
                const weight = weights[((ky * node.kernel + kx) * node.inChannels + into) * node.outChannels + out];
                sum += weight * maps[(row * size + column) * node.inChannels + into];
              }
            }
          }
          const normalized = (gamma[out] * (sum - mean[out])) / Math.sqrt(variance[out] + 1e-5) + beta[out];
          outputs.push(snap(Math.max(0, normalized)));
        }
      }
    }
    maps = outputs;
    size = side;
  }
  const pooled = Array.from({ length: 8 }, (_, channel) => {
    const mean =
      maps.filter((_value, index) => index % 8 === channel).reduce((sum, value) => sum + value, 0) / size ** 2;
    return snapTo("pool.output_step", 6)(mean);
  });
  const matrix = weightsOf(nodes.at(-1) as FcNode);
  return Array.from(get("fc.bias"), (bias, label) =>
    pooled.reduce((sum, value, feature) => sum + value * matrix[feature * 10 + label], bias),
  );
}

/** The seven images over and over, each time shifted by a few bytes. */
function manyImages(count: number): TrainingImages {
  const bytes = Uint8Array.from({ length: count * 784 }, (_, index) => images.bytes[(index * 5) % images.bytes.length]);
  return { ...images, count, bytes, labels: Uint8Array.from({ length: count }, (_, image) => image % 10) };
}

describe("evaluate", () => {
  for (const quantized of [false, true]) {
    const what = quantized ? "on integers" : "in float";
    itWithTensorflow(`agrees with plain loops in double precision ${what}`, (engine) => {
      const values = someValues();
      const found = evaluate(engine, nodes, values, images, { quantized });
      for (let image = 0; image < images.count; image++) {
        expectClose(found.logits.subarray(image * 10, image * 10 + 10), plainLogits(values, image, quantized), 1e-5);
      }
      const right = found.predictions.filter((prediction, image) => prediction === images.labels[image]);
      expect(found.correct).to.equal(right.length);
    });
  }

  itWithTensorflow("sees a repeated channel as a convolution over three equal ones does", (engine) => {
    const values = someValues();
    const wide = nodes.map((node) => (node.id === "conv1" ? { ...node, inChannels: 3 } : node)) as NetworkNode[];
    const kernel = initialWeights(wide, 8).get("conv1.weight")!;
    const wideValues = new Map([...values, ["conv1.weight", kernel]]);
    const source = makeImages([0, 1, 2, 3, 4, 5, 6]);
    const single = trainingImages(source, { input: { ...input, channels: 3 }, nodes: wide });
    expect(single.input.channels).to.equal(1);
    const repeated = {
      ...single,
      input: { ...input, channels: 3 },
      bytes: toNetworkInput(source, { ...input, channels: 3 }, 0, 7),
    };
    for (const quantized of [false, true]) {
      const logits = (which: TrainingImages) => evaluate(engine, wide, wideValues, which, { quantized }).logits;
      expectClose(logits(single), logits(repeated), 1e-6);
    }
  });

  itWithTensorflow("sees mirror images mirrored", (engine) => {
    const values = someValues();
    const bytes = images.bytes.map((_, index) => images.bytes[index - (index % 28) + 27 - (index % 28)]);
    const mirrored = evaluate(engine, nodes, values, images, { quantized: false, mirrored: true });
    const reversed = evaluate(engine, nodes, values, { ...images, bytes }, { quantized: false });
    expect([...mirrored.logits]).to.deep.equal([...reversed.logits]);
    expect([...mirrored.logits]).to.not.deep.equal([
      ...evaluate(engine, nodes, values, images, { quantized: false }).logits,
    ]);
  });

  itWithTensorflow("leaves no tensor behind", (engine) => {
    const before = engine.tf.memory().numTensors;
    evaluate(engine, nodes, someValues(), images, { quantized: true });
    expect(engine.tf.memory().numTensors).to.equal(before);
  });

  for (const quantized of [false, true]) {
    const what = quantized ? "the same integers" : "the same";
    itWithTensorflow(
      `says as a graph ${what} as its operations one by one, of whole batches and of the rest`,
      (engine) => {
        const many = manyImages(1130);
        const values = someValues();
        const before = engine.tf.memory().numTensors;
        const options = { quantized, inputStep: input.step, expectedImages: 100_000 };
        const evaluator = new Evaluator(engine, nodes, values, options);
        const graph = evaluator.evaluate(many);
        const again = evaluator.evaluate(many, { mirrored: true });
        evaluator.dispose();
        const bare = { ...engine, record: undefined };
        const oneByOne = evaluate(bare, nodes, values, many, { quantized });
        const mirrored = evaluate(bare, nodes, values, many, { quantized, mirrored: true });
        if (quantized) {
          expect([...graph.logits]).to.deep.equal([...oneByOne.logits]);
          expect([...again.features]).to.deep.equal([...mirrored.features]);
        }
        expectClose(graph.logits, oneByOne.logits, 1e-5);
        expectClose(again.features, mirrored.features, 1e-5);
        expect(graph.correct).to.be.closeTo(oneByOne.correct, 1);
        expect(engine.tf.memory().numTensors).to.equal(before);
      },
      ["tfjs-node"],
    ).timeout(60_000);
  }
});

describe("evaluate with nodes that pass integers on", () => {
  itWithTensorflow("agrees with the plain integer loops: shortcuts, the image's too, and max pooling", (engine) => {
    const network = residualNetwork(5, passingPlan);
    const { input, nodes } = network.description;
    const values = new Map([...network.tensors].map(([name, { data }]) => [name, Float32Array.from(data)] as const));
    const count = 20;
    const next = randomStream("passing images");
    const size = input.height * input.width * input.channels;
    const bytes = Uint8Array.from({ length: count * size }, () => next() >>> 24);
    const images: TrainingImages = { count, input, classes: 4, bytes, labels: new Uint8Array(count) };
    const { logits } = evaluate(engine, nodes, values, images, { quantized: true });
    const integers = quantize(network);
    // Of 80 logits some lie beside an activation that rounds at a tie: there a step more or less is right.
    const same = Array.from({ length: count }, (_, image) => {
      const own = runIntegerNetwork(integers, bytes.subarray(image * size, (image + 1) * size)).logits;
      return own.every((logit, label) => Math.abs(logit - logits[image * 4 + label]) < 1e-4);
    });
    expect(same.filter(Boolean).length).to.be.greaterThan(count - 3);
  });
});
