import { checkJson, type Located, readJson } from "../../base/schema/json-format.js";
import { checkLocated } from "../../network/check-network.js";
import type { TrainRecipe } from "./recipe.js";
import { recipeFormat } from "./recipe-schema.js";

/**
 * Reads and checks a recipe file.
 * @throws NAS_TRAIN_RECIPE where it is missing, no JSON, has an unknown or missing key or a value out of its range, or a node
 * does not fit what feeds it.
 */
export function readRecipe(path: string): TrainRecipe {
  return withFittingNodes(readJson(recipeFormat, path));
}

/** Checks a recipe that was read from JSON; `origin` names it in errors. @throws NAS_TRAIN_RECIPE */
export function parseRecipe(json: unknown, origin: string): TrainRecipe {
  return withFittingNodes(checkJson(recipeFormat, json, origin));
}

function withFittingNodes({ value: recipe, fail }: Located<TrainRecipe>): TrainRecipe {
  const { network, teacher } = recipe;
  checkLocated(network, ["network", "nodes"], fail, "NAS_TRAIN_RECIPE");
  if (teacher) checkLocated({ ...network, nodes: teacher.nodes }, ["teacher", "nodes"], fail, "NAS_TRAIN_RECIPE");
  return recipe;
}
