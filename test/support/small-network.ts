import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { NetworkDescription } from "../../src/network/network.js";
import type { StoredNetwork } from "../../src/network/read-network.js";
import { type Tensor, writeSafetensors } from "../../src/network/safetensors.js";
import { networkTensors } from "../../src/network/tensors.js";
import { mulberry32 } from "./sample-run-document.js";

/** Two convolutions, pooling and a classifier on 8 × 8 × 2 images: every kind of node, small enough for plain loops. */
export function smallDescription(): NetworkDescription {
  return {
    format: "nas4cim-network",
    version: 1,
    name: "small",
    input: { height: 8, width: 8, channels: 2, bits: 8, step: 1 / 255 },
    nodes: [
      {
        id: "first",
        op: "conv",
        inputs: ["input"],
        kernel: 3,
        stride: 1,
        padding: 1,
        inChannels: 2,
        outChannels: 6,
        weightBits: 4,
        outputBits: 4,
        batchNormEpsilon: 1e-5,
      },
      {
        id: "second",
        op: "conv",
        inputs: ["first"],
        kernel: 3,
        stride: 2,
        padding: 1,
        inChannels: 6,
        outChannels: 9,
        weightBits: 3,
        outputBits: 5,
        batchNormEpsilon: 1e-3,
      },
      { id: "pool", op: "globalAveragePool", inputs: ["second"], outputBits: 6 },
      { id: "classes", op: "fc", inputs: ["pool"], inFeatures: 9, outFeatures: 10, weightBits: 4 },
    ],
    provenance: {
      summary: "made up for a test",
      command: "none",
      recipeHash: "",
      seed: 0,
      dataSha256: "",
      versions: {},
      trainedOn: "2026-01-01",
    },
  };
}

/** Weights as training would leave them: of both signs, some beyond the last level, activations spread over their range. */
export function randomTensors(description: NetworkDescription, seed: number): Map<string, Tensor> {
  const random = mulberry32(seed);
  const between = (low: number, high: number) => low + (high - low) * random();
  const ranges: [ending: string, low: number, high: number][] = [
    [".weight_step", 0.05, 0.15],
    [".output_step", 0.05, 0.2],
    [".bn.variance", 0.1, 2],
    [".bn.gamma", -0.5, 1.5],
    // Small beside what inputs add, so that images differ in their class.
    [".bias", -0.02, 0.02],
    ["", -1, 1],
  ];
  return new Map(
    networkTensors(description.nodes).map(({ name, shape, size: length }) => {
      const [, low, high] = ranges.find(([ending]) => name.endsWith(ending))!;
      return [name, { dtype: "F32", shape, data: Float32Array.from({ length }, () => between(low, high)) }];
    }),
  );
}

/** The small network as `readNetwork` gives it. */
export function smallNetwork(seed = 1): StoredNetwork {
  const description = smallDescription();
  return { description, tensors: randomTensors(description, seed), hash: `small ${seed}` };
}

/** Writes a network's folder. `description` is any JSON, so that faulty ones can be written, too. */
export function writeNetwork(folder: string, description: unknown, tensors: ReadonlyMap<string, Tensor>): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "network.json"), JSON.stringify(description));
  writeFileSync(join(folder, "weights.safetensors"), writeSafetensors(tensors));
  return folder;
}
