import { fromZero, nameText, path, positive, seed, sentence, share, whole } from "../../base/schema/fields.js";
import { everyFault, type JsonFormat } from "../../base/schema/json-format.js";
import { type Refuse, withCheck } from "../../base/schema/with-check.js";
import { z } from "../../base/schema/zod.js";
import { datasets } from "../../data/dataset-facts.js";
import type { NamedDataset } from "../../data/labelled-images.js";
import type { NetworkNode } from "../../network/network.js";
import { networkInput, networkNodes } from "../../network/network-schema.js";
import { checkNoise } from "./check-noise.js";
import { noiseSchema } from "./noise-schema.js";
import type { TrainRecipe } from "./recipe.js";

const phaseMembers = {
  epochs: whole(1, 10_000),
  learningRate: z.strictObject({
    peak: positive.max(10),
    warmUp: z.number().min(0).max(0.99).describe("Share of the phase's steps spent rising."),
    shape: z
      .enum(["cosine", "linear", "rex"])
      .describe("Up along half a cosine or a line, down to 0; rex falls late and then fast."),
  }),
  momentum: z.number().min(0).max(0.999).describe("Share of the past gradients in a step; Nesterov's form."),
  weightDecay: share.describe("On weights alone; biases, batch normalization and steps do not decay."),
  labelSmoothing: z.number().min(0).max(0.99).describe("Share of each target spread over all classes."),
  flip: z
    .enum(["alternating", "random", "none"])
    .describe("Which images are mirrored: each every second epoch, half of them by chance, none."),
  translate: whole(0, 16).describe("Pixels that an image is shifted by at most, both ways; zeros come in."),
  averageDecay: z
    .number()
    .min(0)
    .max(0.999999)
    .describe("Share of the past in the moving average, the phase's result; 0: the last weights."),
  noise: noiseSchema.optional().describe("What hardware does to the network meanwhile."),
};

const distillation = z
  .strictObject({
    weight: share.describe("Share of the teacher's logits in the loss."),
    temperature: positive.max(100),
    featureWeight: fromZero
      .max(1e6)
      .describe("Factor of the distance to what the teacher's classifier reads; 0 leaves it out."),
  })
  .describe("How much a teacher counts beside the labels.");

const taughtPhase = z.strictObject({ ...phaseMembers, distillation: distillation.optional() });

/** zod's template literal knows no bound, and a text without one is no format's. */
const folderDataset = z
  .string()
  .max(4096)
  .regex(/^folder:./) as unknown as z.ZodType<`folder:${string}`>;

const recipeFile: z.ZodType<TrainRecipe> = z.strictObject({
  format: z.literal("nas4cim-recipe"),
  version: z.literal(1),
  summary: sentence.describe("One line for a person; it becomes the network's."),
  dataset: z.union([z.enum(Object.keys(datasets) as [NamedDataset, ...NamedDataset[]]), folderDataset]),
  seed: seed.describe("Keys the start weights, the order, the augmentation and all noise."),
  batchSize: whole(1, 65_536).describe("Images a step; those that do not fill a batch wait for another epoch."),
  heldOut: whole(0, 1_000_000).describe("Training images kept back to judge by, as many of each class; 0: none."),
  network: z
    .strictObject({ name: nameText, input: networkInput, nodes: networkNodes })
    .describe("The network, as in network.json."),
  teacher: z
    .strictObject({ nodes: networkNodes, training: z.strictObject(phaseMembers) })
    .optional()
    .describe("A larger network on the same input, trained first and in float."),
  start: z
    .strictObject({
      folder: path.describe("Its folder, relative to this file."),
      hash: nameText.describe("SHA-256 over its two files."),
    })
    .optional()
    .describe("A trained network to begin the quantized phase with, instead of a float phase."),
  float: taughtPhase.optional().describe("The network first in float."),
  quantized: taughtPhase.describe("Then with LSQ, from the float weights or those of `start`."),
});

/** A recipe as a format of files. What its networks' nodes ask of each other is for `parseRecipe`. */
export const recipeFormat: JsonFormat<TrainRecipe> = {
  name: "recipe",
  schema: withCheck(recipeFile, checkPhases),
  codes: everyFault("NAS_TRAIN_RECIPE"),
  hints: {
    unreadable: "give a recipe file; the shipped ones are in fixtures/recipes",
    invalid: "correct them; docs/formats/recipe.md lists every key",
  },
};

/** What the phases of a recipe ask of each other and of its networks. */
function checkPhases(recipe: TrainRecipe, refuse: Refuse): void {
  const { network, teacher, start, float } = recipe;
  if (start && float)
    refuse(["start"], "stands beside float", "train in float, or start with a trained network: not both");
  if (!start && !float) refuse(["float"], "is missing", "train in float, or name a network to start with");
  if (float?.distillation && teacher === undefined)
    refuse(["float", "distillation"], "has nobody to learn from", "add a teacher or take it away");
  const within = (...place: string[]): Refuse => {
    return (inner, message, hint) => refuse([...place, ...inner], message, hint);
  };
  checkNoise(teacher?.training.noise, { quantized: false }, within("teacher", "training", "noise"));
  const [features, taught] = [featuresOf(network.nodes), teacher && featuresOf(teacher.nodes)];
  for (const phase of ["float", "quantized"] as const) {
    checkNoise(recipe[phase]?.noise, { quantized: phase === "quantized" }, within(phase, "noise"));
    const { featureWeight = 0 } = recipe[phase]?.distillation ?? {};
    if (featureWeight === 0 || taught === undefined || taught === features) continue;
    const message = `cannot compare with the teacher: its classifier reads ${taught} features, the network's ${features}`;
    const hint = "set it to 0, or give both networks equal last channels";
    refuse([phase, "distillation", "featureWeight"], message, hint);
  }
}

/** What a network's classifier reads. */
function featuresOf(nodes: readonly NetworkNode[]): number | undefined {
  const last = nodes.at(-1);
  return last?.op === "fc" ? last.inFeatures : undefined;
}
