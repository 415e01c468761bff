import { hashJson } from "../../base/hash.js";
import type { DatasetName } from "../../data/labelled-images.js";
import type { InputDescription, NetworkNode } from "../../network/network.js";
import type { Augmentation } from "../epoch-order.js";
import type { NoiseSettings } from "../../model/noise/noise-settings.js";
import type { LearningRateSchedule } from "./schedule.js";

/** How a network is trained, whole: the same recipe on the same data gives the same network. */
export interface TrainRecipe {
  format: "nas4cim-recipe";
  version: 1;
  /** One line for a person; it becomes the network's provenance summary. */
  summary: string;
  dataset: DatasetName;
  seed: number;
  batchSize: number;
  /** Training images kept back to judge by, the same number of each class; 0 trains on all of them. */
  heldOut: number;
  network: { name: string; input: InputDescription; nodes: NetworkNode[] };
  /** A larger network on the same input, trained first and in float, for the phases with a distillation to learn from. */
  teacher?: { nodes: NetworkNode[]; training: TrainPhase };
  /** A trained network to begin the quantized phase with, instead of a float phase. */
  start?: StartNetwork;
  /** The network first in float, then with LSQ from the float weights. */
  float?: TaughtPhase;
  /** Without a teacher network, its distillation is from the float phase's result, or from the network to start with. */
  quantized: TaughtPhase;
}

/** A stored network with the same nodes but for their bits. */
export interface StartNetwork {
  /** Its folder; in a file, relative to that file. */
  folder: string;
  /** SHA-256 over its two files, as `readNetwork` gives it. */
  hash: string;
}

/** A phase that a teacher can help. */
export type TaughtPhase = TrainPhase & { distillation?: Distillation };

/** One stretch of training with its own learning rate. */
export interface TrainPhase extends Augmentation {
  epochs: number;
  learningRate: LearningRateSchedule;
  /** Share of the past gradients in a step, 0 … 0.999; Nesterov's form. */
  momentum: number;
  /** L2 penalty on convolution and fully connected weights. */
  weightDecay: number;
  labelSmoothing: number;
  /** Share of the past that a step leaves in the moving average of the weights, which is the phase's result. */
  averageDecay: number;
  /** What hardware does to the network meanwhile; absent: nothing. */
  noise?: NoiseSettings;
}

/** How much a teacher counts beside the labels. */
export interface Distillation {
  /** Share of the teacher's logits in the loss, 0 … 1. */
  weight: number;
  temperature: number;
  /** Factor of the mean squared distance to what the teacher's classifier reads; 0 leaves it out. */
  featureWeight: number;
}

/** The recipe's identity: SHA-256 of its canonical JSON. */
export function recipeHash(recipe: TrainRecipe): string {
  return hashJson(recipe);
}
