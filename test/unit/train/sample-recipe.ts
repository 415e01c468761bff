import type { NetworkNode } from "../../../src/network/network.js";
import type { NoiseSettings } from "../../../src/model/noise/noise-settings.js";
import type { TrainPhase, TrainRecipe } from "../../../src/train/recipe/recipe.js";
import { convNode } from "../../support/conv-node.js";

/** A network small enough to train within seconds: two strided convolutions on 28 × 28 images, 4 and 8 channels. */
export function sampleNodes(): NetworkNode[] {
  const conv = (id: string, input: string, inChannels: number, outChannels: number) =>
    convNode({ kernel: 3, stride: 2, padding: 1, inChannels, outChannels }, { id, inputs: [input] });
  return [
    conv("conv1", "input", 1, 4),
    conv("conv2", "conv1", 4, 8),
    { id: "pool", op: "globalAveragePool", inputs: ["conv2"], outputBits: 6 },
    { id: "fc", op: "fc", inputs: ["pool"], inFeatures: 8, outFeatures: 10, weightBits: 4 },
  ];
}

/** A whole recipe for it; the epochs are for a few hundred images. */
export function sampleRecipe(): TrainRecipe & Required<Pick<TrainRecipe, "float">> {
  const phase = (epochs: number, peak: number, averageDecay: number): TrainPhase => ({
    epochs,
    learningRate: { peak, warmUp: 0.2, shape: "cosine" },
    momentum: 0.9,
    weightDecay: 0.0005,
    labelSmoothing: 0.05,
    flip: "alternating",
    translate: 0,
    averageDecay,
  });
  return {
    format: "nas4cim-recipe",
    version: 1,
    summary: "a small network for tests",
    dataset: "fashion-mnist",
    seed: 3,
    batchSize: 32,
    heldOut: 100,
    network: {
      name: "sample",
      input: { height: 28, width: 28, channels: 1, bits: 8, step: 1 / 255 },
      nodes: sampleNodes(),
    },
    float: phase(2, 0.1, 0.9),
    quantized: { ...phase(2, 0.02, 0), distillation: { weight: 0.5, temperature: 2, featureWeight: 0.5 } },
  };
}

/** Hardware in the loop that leaves little as it was: written anew every seventh step. */
export function sampleHardware(): NoiseSettings {
  return {
    macro: { arrayRows: 32, arrayColumns: 32, cellBits: 1, differential: "row-pair" },
    cells: {
      chipSeed: 5,
      programmingSigmaLevels: [0.02, 0.05],
      stuckLowShare: 0.01,
      stuckHighShare: 0.001,
      redrawSteps: 7,
    },
    adc: { bits: 4, stepLevels: 1 },
    sums: { relativeSigma: 0.01 },
  };
}
