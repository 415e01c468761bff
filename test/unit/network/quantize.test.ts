import { expect } from "chai";
import fc from "fast-check";
import type { ConvNode, NetworkDescription } from "../../../src/network/network.js";
import { quantize, roundHalfEven } from "../../../src/network/quantize.js";
import {
  highestWeight,
  matrixLayers,
  sourcesOf,
  type MatrixLayer,
  type QuantizedAdd,
} from "../../../src/network/quantized-network.js";
import type { Tensor } from "../../../src/network/safetensors.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { residualNetwork } from "../../support/residual-network.js";
import { randomTensors, smallDescription, smallNetwork } from "../../support/small-network.js";

describe("roundHalfEven", () => {
  it("takes halves to the even neighbour", () => {
    const halves = [-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5];
    expect(halves.map(roundHalfEven).map((value) => value + 0)).to.deep.equal([-4, -2, -2, 0, 0, 2, 2, 4]);
  });

  it("takes everything else to the nearest integer, also just beside a half", () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
        const rounded = roundHalfEven(value);
        expect(Number.isInteger(rounded)).to.equal(true);
        expect(Math.abs(rounded - value)).to.be.at.most(0.5);
        if (Math.abs(rounded - value) === 0.5) expect(Math.abs(rounded % 2)).to.equal(0);
      }),
    );
    expect(roundHalfEven(0.49999999999999994)).to.equal(0);
    expect(roundHalfEven(2.5000000000000004)).to.equal(3);
    expect(roundHalfEven(-1.4999999999999998)).to.equal(-1);
  });
});

describe("highestWeight", () => {
  it("is 7 of 15 symmetric levels at 4 bits", () => {
    expect([2, 3, 4, 8].map(highestWeight)).to.deep.equal([1, 3, 7, 127]);
  });
});

describe("quantize", () => {
  it("keeps geometry and bits, and feeds each layer with its source's bits", () => {
    const { input, nodes } = quantize(smallNetwork());
    expect(input).to.deep.equal(smallDescription().input);
    expect(nodes.map((node) => [node.id, node.op, ...sourcesOf(node)])).to.deep.equal([
      ["first", "conv", "input"],
      ["second", "conv", "first"],
      ["pool", "globalAveragePool", "second"],
      ["classes", "fc", "pool"],
    ]);
    const [first, second, pool, classes] = nodes as [MatrixLayer, MatrixLayer, MatrixLayer, MatrixLayer];
    expect([first.inputBits, second.inputBits, classes.inputBits]).to.deep.equal([8, 4, 6]);
    expect([first.outputBits, second.outputBits, pool.outputBits, classes.outputBits]).to.deep.equal([
      4,
      5,
      6,
      undefined,
    ]);
    expect([first.rows, second.rows, classes.rows]).to.deep.equal([18, 54, 9]);
    expect([classes.kernelHeight, classes.kernelWidth, classes.stride, classes.padding]).to.deep.equal([1, 1, 1, 0]);
  });

  it("puts the weight of (ky, kx, channel) and output where both orders say", () => {
    const network = smallNetwork();
    const step = Math.fround(0.125);
    network.tensors.get("first.weight_step")!.data[0] = step;
    const weights = network.tensors.get("first.weight")!.data.fill(0);
    // [ky = 2][kx = 0][channel = 1][output = 4] of [3, 3, 2, 6]
    weights[((2 * 3 + 0) * 2 + 1) * 6 + 4] = -3 * step;
    const [layer] = quantize(network).nodes as [MatrixLayer];
    const expected = new Int16Array(6 * 18);
    expected[4 * 18 + (2 * 3 + 0) * 2 + 1] = -3;
    expect([...layer.weights].map((weight) => weight + 0)).to.deep.equal([...expected]);
  });

  it("rounds halves of a step to even and clips at the last symmetric level", () => {
    const network = smallNetwork();
    network.tensors.get("classes.weight_step")!.data[0] = 0.25;
    const weights = network.tensors.get("classes.weight")!.data.fill(0);
    const steps = [0.5, 1.5, 2.5, -0.5, -1.5, 6.5, 7.5, 100, -7.4, -100];
    steps.forEach((value, output) => (weights[output] = value * 0.25));
    const classes = quantize(network).nodes[3] as MatrixLayer;
    const firstRow = steps.map((_, output) => classes.weights[output * 9] + 0);
    expect(firstRow).to.deep.equal([0, 2, 2, 0, -2, 6, 7, 7, -7, -7]);
  });

  it("folds batch-norm and steps into a multiplier and an offset, bias into the classifier's", () => {
    const network = smallNetwork(5);
    const { tensors } = network;
    const value = (name: string, index = 0) => tensors.get(name)!.data[index];
    const [, second, , classes] = quantize(network).nodes as [MatrixLayer, MatrixLayer, MatrixLayer, MatrixLayer];
    const unit = value("second.weight_step") * value("first.output_step");
    for (let channel = 0; channel < 9; channel++) {
      for (const sum of [-1000, 0, 1, 777]) {
        const normalized =
          ((sum * unit - value("second.bn.mean", channel)) / Math.sqrt(value("second.bn.variance", channel) + 1e-3)) *
            value("second.bn.gamma", channel) +
          value("second.bn.beta", channel);
        const steps = normalized / value("second.output_step");
        expect(sum * second.multiplier[channel] + second.offset[channel]).to.be.closeTo(
          steps,
          1e-9 * (1 + Math.abs(steps)),
        );
      }
    }
    for (let label = 0; label < 10; label++) {
      const logit = 55 * value("classes.weight_step") * value("pool.output_step") + value("classes.bias", label);
      expect(55 * classes.multiplier[label] + classes.offset[label]).to.be.closeTo(logit, 1e-12);
    }
  });

  it("takes each output's weights in its own step, and the step into the output's multiplier", () => {
    const network = residualNetwork(4);
    const { tensors } = network;
    const value = (name: string, index = 0) => tensors.get(name)!.data[index];
    const layers = matrixLayers(quantize(network));
    const stem = layers[0];
    const classes = layers[layers.length - 1];
    for (let output = 0; output < stem.outputs; output++) {
      for (let row = 0; row < stem.rows; row++) {
        const steps = Math.round(
          Math.fround(value("stem.weight", row * 5 + output) / value("stem.weight_step", output)),
        );
        expect(stem.weights[output * stem.rows + row]).to.equal(Math.max(-7, Math.min(7, steps)) + 0);
      }
      const slope = value("stem.bn.gamma", output) / Math.sqrt(value("stem.bn.variance", output) + 1e-5);
      const real = (slope * value("stem.weight_step", output)) / 255 / value("stem.output_step");
      expect(stem.multiplier[output]).to.be.closeTo(real, 1e-12 * Math.abs(real));
    }
    expect(classes.multiplier).to.deep.equal(
      Float64Array.from({ length: 4 }, (_, label) => value("classes.weight_step", label) * value("pool.output_step")),
    );
    expect(new Set(classes.multiplier).size).to.equal(4);
  });

  it("gives a sum its sources' steps in steps of its own, and marks what is signed", () => {
    const network = residualNetwork(4);
    const step = (id: string) => network.tensors.get(`${id}.output_step`)!.data[0];
    const { nodes } = quantize(network);
    const sum = nodes.find(({ id }) => id === "b0.sum") as QuantizedAdd;
    expect(sum).to.deep.equal({
      id: "b0.sum",
      op: "add",
      sources: ["b0.two", "stem"],
      inShapes: [
        { height: 6, width: 6, channels: 5 },
        { height: 6, width: 6, channels: 5 },
      ],
      outShape: { height: 6, width: 6, channels: 5 },
      multipliers: [step("b0.two") / step("b0.sum"), step("stem") / step("b0.sum")],
      outputBits: 4,
    });
    expect(matrixLayers({ nodes }).flatMap(({ id, isSigned }) => (isSigned ? [id] : []))).to.deep.equal([
      "b0.two",
      "b1.two",
      "b1.short",
    ]);
    expect(matrixLayers({ nodes }).map(({ inputBits }) => inputBits)).to.deep.equal([8, 4, 4, 4, 4, 4, 6]);
  });

  it("refuses layers whose sums could leave 32 bits, where the last that fits is taken", () => {
    // 255 · 127 · 66,311 is the largest such product below 2^31.
    const classifier = (inFeatures: number): NetworkDescription => ({
      ...smallDescription(),
      input: { height: 1, width: 1, channels: inFeatures, bits: 8, step: 1 },
      nodes: [{ id: "classes", op: "fc", inputs: ["input"], inFeatures, outFeatures: 2, weightBits: 8 }],
    });
    const quantized = (description: NetworkDescription) =>
      quantize({ description, tensors: randomTensors(description, 1), hash: "" });
    expect((quantized(classifier(66_311)).nodes[0] as MatrixLayer).rows).to.equal(66_311);
    const error = expectNasError("NAS_NETWORK_SHAPE", () => quantized(classifier(66_312)));
    expect(error.message).to.contain('"classes"').and.contain("2147483647");
    const conv: ConvNode = {
      ...(smallDescription().nodes[0] as ConvNode),
      kernel: 31,
      padding: 15,
      inChannels: 100,
      weightBits: 8,
    };
    expectNasError("NAS_NETWORK_SHAPE", () =>
      quantize({
        description: {
          ...smallDescription(),
          input: { height: 1, width: 1, channels: 100, bits: 8, step: 1 },
          nodes: [conv],
        },
        tensors: new Map<string, Tensor>([
          ["first.weight_step", { dtype: "F32", shape: [1], data: Float32Array.of(1) }],
          ["first.output_step", { dtype: "F32", shape: [1], data: Float32Array.of(1) }],
        ]),
        hash: "",
      }),
    );
  });
});
