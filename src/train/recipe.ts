import { readFileSync } from "node:fs";
import { NasError, messageOf } from "../base/errors.js";
import { hashJson } from "../base/hash.js";
import type { DatasetName } from "../data/labelled-images.js";
import type { InputDescription, NetworkNode } from "../network/network.js";
import type { Augmentation } from "./epoch-order.js";
import { fail } from "./recipe-checks.js";
import { checkGraph, checkRecipe } from "./recipe-schema.js";
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
  /** The network first in float, then with LSQ from the float weights. */
  float: TaughtPhase;
  /** Without a teacher network, its distillation is from the float phase's result. */
  quantized: TaughtPhase;
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

/**
 * Reads and checks a recipe file.
 * @throws NAS_TRAIN_RECIPE where it is missing, no JSON, has an unknown or missing key or a value out of its range.
 */
export function readRecipe(path: string): TrainRecipe {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new NasError("NAS_TRAIN_RECIPE", `cannot read the recipe ${path}: ${messageOf(error)}`, {
      hint: "give a recipe file; the shipped ones are in fixtures/recipes",
      context: { file: path },
      cause: error,
    });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new NasError("NAS_TRAIN_RECIPE", `${path} is not JSON: ${messageOf(error)}`, {
      hint: "correct the file at the place named",
      context: { file: path },
      cause: error,
    });
  }
  return parseRecipe(json, path);
}

/** Checks a recipe that was read from JSON; `origin` names it in errors. @throws NAS_TRAIN_RECIPE */
export function parseRecipe(json: unknown, origin: string): TrainRecipe {
  const recipe = checkRecipe(json, { origin, path: "" });
  const { network, teacher } = recipe;
  const features = checkGraph({ origin, path: "network.nodes" }, network.input, network.nodes);
  const taught = teacher && checkGraph({ origin, path: "teacher.nodes" }, network.input, teacher.nodes);
  if (recipe.float.distillation && taught === undefined) {
    fail({ origin, path: "float.distillation" }, "has nobody to learn from", "add a teacher or take it away");
  }
  for (const phase of ["float", "quantized"] as const) {
    const { featureWeight = 0 } = recipe[phase].distillation ?? {};
    if (featureWeight === 0 || taught === undefined || taught === features) continue;
    const widths = `its classifier reads ${taught} features, the network's ${features}`;
    fail(
      { origin, path: `${phase}.distillation.featureWeight` },
      `cannot compare with the teacher: ${widths}`,
      "set it to 0, or give both networks equal last channels",
    );
  }
  return recipe;
}
