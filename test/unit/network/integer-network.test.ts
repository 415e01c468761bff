import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { loadDataset } from "../../../src/data/load-dataset.js";
import { toNetworkInput } from "../../../src/data/to-network-input.js";
import { runIntegerNetwork } from "../../../src/network/integer-network.js";
import { quantizerOf } from "../../../src/network/integers.js";
import { quantize } from "../../../src/network/quantize.js";
import { highestWeight, type FeatureMap } from "../../../src/network/quantized-network.js";
import { readNetwork, type StoredNetwork } from "../../../src/network/read-network.js";
import { inferShapes } from "../../../src/network/shapes.js";
import { readSafetensors } from "../../../src/network/safetensors.js";
import { itWithFashionMnist } from "../../support/fashion-mnist.js";
import { mulberry32 } from "../../support/sample-run-document.js";
import { parameterFreePlan, passingPlan, residualNetwork, residualPlan } from "../../support/residual-network.js";
import { smallNetwork } from "../../support/small-network.js";

describe("runIntegerNetwork", () => {
  it("computes what network.ts says each node computes, here in real numbers as training does", () => {
    const random = mulberry32(3);
    let compared = 0;
    let below = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const plans = [residualPlan, parameterFreePlan, passingPlan];
      const network = seed % 3 === 0 ? smallNetwork(seed) : residualNetwork(seed, plans[seed % plans.length]);
      const { height, width, channels } = network.description.input;
      const image = Uint8Array.from({ length: height * width * channels }, () => Math.floor(random() * 256));
      const { activations, logits } = runIntegerNetwork(quantize(network), image);
      for (const { id, op } of network.description.nodes) {
        const real = realOutputs(network, id, activations);
        if (op === "fc") {
          expect(logits.length).to.equal(real.length);
          real.forEach((value, index) => expect(logits[index]).to.be.closeTo(value, 1e-9));
          continue;
        }
        const integers = activations.get(id)!;
        expect(integers.length).to.equal(real.length);
        real.forEach((value, index) => {
          // Nearer to a half than double precision tells, either neighbour is right.
          if (Math.abs(Math.abs(value % 1) - 0.5) < 1e-9) return;
          expect(integers[index], `seed ${seed}, ${id}[${index}], real ${value}`).to.equal(Math.round(value) + 0);
          if (integers[index] < 0) below++;
          compared++;
        });
      }
    }
    expect(compared).to.be.greaterThan(20 * 500);
    expect(below, "signed activations below zero").to.be.greaterThan(500);
  });

  // Measured on all that training stored: 10,000 of 10,000 predictions, 5,000 logits within 4.8e-7 (theirs are float32).
  itWithFashionMnist(
    "agrees with training on the shipped network: 60 of 60 predictions, logits within 1e-6",
    async (path) => {
      const folder = join(packageRoot(), "fixtures/networks/fashion-mnist-accuracy-first");
      const network = quantize(readNetwork(folder));
      const { tensors } = readSafetensors(readFileSync(join(folder, "expected.safetensors")), "expected.safetensors");
      const expected = { logits: tensors.get("logits")!.data, predictions: tensors.get("predictions")!.data };
      const images = await loadDataset({ dataset: "fashion-mnist", split: "test", path }, {});
      const count = 60;
      let agreed = 0;
      let furthest = 0;
      for (let image = 0; image < count; image++) {
        const { logits } = runIntegerNetwork(network, toNetworkInput(images, network.input, image, 1));
        if (logits.indexOf(Math.max(...logits)) === expected.predictions[image]) agreed++;
        for (let label = 0; label < 10; label++)
          furthest = Math.max(furthest, Math.abs(logits[label] - expected.logits[image * 10 + label]));
      }
      expect(agreed, `predictions that agree, of ${count}`).to.equal(count);
      expect(furthest, "largest difference of a logit").to.be.lessThan(1e-6);
    },
  );
});

/**
 * One node in real numbers, fed with the activations given: fake-quantized weights, batch-norm and ReLU one after the other.
 * Quantized nodes give the value before the last rounding, in steps and already clipped.
 */
function realOutputs(
  { description, tensors }: StoredNetwork,
  id: string,
  activations: ReadonlyMap<string, FeatureMap>,
): number[] {
  const { nodes, input } = description;
  const node = nodes.find((each) => each.id === id)!;
  const value = (name: string, index = 0) => tensors.get(`${id}.${name}`)!.data[index];
  const realMap = (source: string) => {
    const quantizer = quantizerOf(nodes, source);
    const step = quantizer === undefined ? input.step : tensors.get(`${quantizer.id}.output_step`)!.data[0];
    return Float64Array.from(activations.get(source)!, (integer) => integer * step);
  };
  const from = realMap(node.inputs[0]);
  const side = inferShapes(description).get(node.inputs[0])!.height;
  const clipped = (steps: number, bits: number) => Math.max(0, Math.min(2 ** bits - 1, steps));
  const weight = (index: number, bits: number, output: number) => {
    const step = value("weight_step", tensors.get(`${id}.weight_step`)!.shape[0] === 1 ? 0 : output);
    const steps = Math.round(Math.fround(value("weight", index) / step));
    return Math.max(-highestWeight(bits), Math.min(highestWeight(bits), steps)) * step;
  };
  if (node.op === "add") {
    const shapes = inferShapes(description);
    const { height, width, channels } = shapes.get(id)!;
    // Option A by its words: every second pixel of a map twice as large, its channels in the middle of zeros.
    const taken = node.inputs.map((source) => {
      const [map, shape] = [realMap(source), shapes.get(source)!];
      const stride = shape.height > height ? 2 : 1;
      const before = Math.floor((channels - shape.channels) / 2);
      return (y: number, x: number, channel: number) =>
        channel < before || channel >= before + shape.channels
          ? 0
          : map[(y * stride * shape.width + x * stride) * shape.channels + channel - before];
    });
    return Array.from({ length: height * width * channels }, (_, index) => {
      const at = [
        Math.floor(index / channels / width),
        Math.floor(index / channels) % width,
        index % channels,
      ] as const;
      return clipped(Math.max(0, taken[0](...at) + taken[1](...at)) / value("output_step"), node.outputBits);
    });
  }
  if (node.op === "globalAveragePool") {
    const channels = from.length / side ** 2;
    return Array.from({ length: channels }, (_, channel) => {
      const mean =
        from.filter((_, index) => index % channels === channel).reduce((sum, each) => sum + each, 0) / side ** 2;
      return clipped(mean / value("output_step"), node.outputBits);
    });
  }
  if (node.op === "fc") {
    return Array.from({ length: node.outFeatures }, (_, output) =>
      from.reduce(
        (sum, each, row) => sum + each * weight(row * node.outFeatures + output, node.weightBits, output),
        value("bias", output),
      ),
    );
  }
  if (node.op === "pool" || node.op === "shortcut") {
    const shapes = inferShapes(description);
    const [{ channels: inChannels }, { height, width, channels }] = [shapes.get(node.inputs[0])!, shapes.get(id)!];
    const zerosBefore = Math.floor((channels - inChannels) / 2);
    return Array.from({ length: height * width * channels }, (_, index) => {
      const [y, x] = [Math.floor(index / channels / width), Math.floor(index / channels) % width];
      const channel = (index % channels) - zerosBefore;
      if (channel < 0 || channel >= inChannels) return 0;
      const pixels = { kernel: 1, padding: 0, ...node };
      const seen = [0];
      for (let place = 0; place < pixels.kernel ** 2; place++) {
        const inY = y * node.stride - pixels.padding + Math.floor(place / pixels.kernel);
        const inX = x * node.stride - pixels.padding + (place % pixels.kernel);
        if (inY < 0 || inX < 0 || inY >= side || inX >= side) continue;
        seen.push(activations.get(node.inputs[0])![(inY * side + inX) * inChannels + channel]);
      }
      return Math.max(...seen);
    });
  }
  const { kernel, stride, padding, inChannels, outChannels } = node;
  const outSide = Math.floor((side + 2 * padding - kernel) / stride) + 1;
  const outputs: number[] = [];
  for (let y = 0; y < outSide; y++) {
    for (let x = 0; x < outSide; x++) {
      for (let output = 0; output < outChannels; output++) {
        let sum = 0;
        for (let index = 0; index < kernel * kernel * inChannels; index++) {
          const inY = y * stride - padding + Math.floor(index / inChannels / kernel);
          const inX = x * stride - padding + (Math.floor(index / inChannels) % kernel);
          if (inY < 0 || inX < 0 || inY >= side || inX >= side) continue;
          sum +=
            from[(inY * side + inX) * inChannels + (index % inChannels)] *
            weight(index * outChannels + output, node.weightBits, output);
        }
        const deviation = Math.sqrt(value("bn.variance", output) + node.batchNormEpsilon);
        const normalized =
          ((sum - value("bn.mean", output)) / deviation) * value("bn.gamma", output) + value("bn.beta", output);
        if (node.activation === "none") {
          const highest = 2 ** (node.outputBits - 1) - 1;
          outputs.push(Math.max(-highest, Math.min(highest, normalized / value("output_step"))));
        } else outputs.push(clipped(Math.max(0, normalized) / value("output_step"), node.outputBits));
      }
    }
  }
  return outputs;
}
