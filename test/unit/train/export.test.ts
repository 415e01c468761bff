import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { NetworkDescription } from "../../../src/network/network.js";
import { readSafetensors, type Tensor } from "../../../src/network/safetensors.js";
import { exportNetwork } from "../../../src/train/export.js";
import { initialWeights } from "../../../src/train/initial-weights.js";
import { temporaryFolder } from "../../support/temporary-folder.js";
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
