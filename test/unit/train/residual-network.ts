import type { ConvNode, NetworkDescription, WeightStepPer } from "../../../src/network/network.js";
import { randomStream, normalPair } from "../../../src/base/random-stream.js";
import { parameterSlots } from "../../../src/model/parameter-table.js";

/** Two residual blocks, with projection and without, a strided convolution, pooling, classifier: `bits` bits, 12 × 12 images. */
export function residualNetwork(bits: number, weightStepPer: WeightStepPer): NetworkDescription {
  const conv = (
    id: string,
    input: string,
    shape: Pick<ConvNode, "kernel" | "stride" | "inChannels" | "outChannels" | "activation">,
  ): ConvNode => ({
    id,
    op: "conv",
    inputs: [input],
    ...shape,
    padding: (shape.kernel - 1) / 2,
    weightBits: bits,
    weightStepPer,
    outputBits: bits,
    batchNormEpsilon: 1e-5,
  });
  return {
    format: "nas4cim-network",
    version: 1,
    name: `residual-${bits}-bits-${weightStepPer}`,
    input: { height: 12, width: 12, channels: 1, bits: 8, step: 1 / 255 },
    nodes: [
      conv("first", "input", { kernel: 3, stride: 1, inChannels: 1, outChannels: 4 }),
      conv("inner", "first", { kernel: 3, stride: 1, inChannels: 4, outChannels: 6 }),
      conv("outer", "inner", { kernel: 3, stride: 1, inChannels: 6, outChannels: 6, activation: "none" }),
      conv("projection", "first", { kernel: 1, stride: 1, inChannels: 4, outChannels: 6, activation: "none" }),
      { id: "sum", op: "add", inputs: ["outer", "projection"], outputBits: bits },
      conv("branch", "sum", { kernel: 3, stride: 1, inChannels: 6, outChannels: 6, activation: "none" }),
      { id: "skip", op: "add", inputs: ["branch", "sum"], outputBits: bits },
      conv("last", "skip", { kernel: 3, stride: 2, inChannels: 6, outChannels: 6 }),
      { id: "pool", op: "globalAveragePool", inputs: ["last"], outputBits: bits },
      { id: "classifier", op: "fc", inputs: ["pool"], inFeatures: 6, outFeatures: 10, weightBits: bits, weightStepPer },
    ],
    provenance: {
      summary: "random values for a test",
      command: "none",
      recipeHash: "none",
      seed: bits,
      dataSha256: "none",
      versions: {},
      trainedOn: "2026-01-01",
    },
  };
}

/** Float parameters as training leaves them: nothing at its start value, scales of both signs, channels of unlike size. */
export function trainedLikeParameters({ nodes, provenance }: NetworkDescription): Map<string, Float32Array> {
  const values = new Map<string, Float32Array>();
  for (const { name, role, shape, size } of parameterSlots(nodes, false)) {
    const next = randomStream(provenance.seed, "trained-like", name);
    const normal = () => normalPair(next)[0];
    const channels = Array.from({ length: shape[shape.length - 1] }, () => 0.2 * 4 ** normal());
    const draw = (index: number) => {
      if (role === "weight") return channels[index % channels.length] * normal();
      return role === "gamma" ? 0.8 + 0.7 * normal() : 0.4 * normal();
    };
    values.set(
      name,
      Float32Array.from({ length: size }, (_, index) => draw(index)),
    );
  }
  return values;
}
