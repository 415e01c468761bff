import { readFileSync } from "node:fs";
import { NasError, messageOf } from "../../base/errors.js";
import { checkNoise } from "./check-noise.js";
import type { TrainRecipe } from "./recipe.js";
import { fail } from "./recipe-checks.js";
import { checkGraph, checkRecipe } from "./recipe-schema.js";

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
  if (recipe.start && recipe.float)
    fail({ origin, path: "start" }, "stands beside float", "train in float, or start with a trained network: not both");
  if (!recipe.start && !recipe.float)
    fail({ origin, path: "float" }, "is missing", "train in float, or name a network to start with");
  if (recipe.float?.distillation && taught === undefined) {
    fail({ origin, path: "float.distillation" }, "has nobody to learn from", "add a teacher or take it away");
  }
  if (teacher) checkNoise({ origin, path: "teacher.training.noise" }, teacher.training.noise, { quantized: false });
  for (const phase of ["float", "quantized"] as const) {
    checkNoise({ origin, path: `${phase}.noise` }, recipe[phase]?.noise, { quantized: phase === "quantized" });
    const { featureWeight = 0 } = recipe[phase]?.distillation ?? {};
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
