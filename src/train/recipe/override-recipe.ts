import { parseRecipe } from "./read-recipe.js";
import type { TrainRecipe } from "./recipe.js";

/** What a command may set beside the recipe, for series of trainings that differ in one number. */
export interface RecipeOverrides {
  /** Instead of the recipe's own, 0 … 2^32 − 1. */
  seed?: number;
  /** Gaussian noise on the weights in the quantized phase, as a share of the layer's largest |weight|; 0 takes it away. */
  weightNoise?: number;
}

/** The recipe with these values in it; `origin` names it in errors. @throws NAS_TRAIN_RECIPE where they do not go together. */
export function overrideRecipe(recipe: TrainRecipe, overrides: RecipeOverrides, origin: string): TrainRecipe {
  const { seed = recipe.seed, weightNoise } = overrides;
  if (weightNoise === undefined) return { ...recipe, seed };
  const { noise: { weights: _, ...rest } = {}, ...phase } = recipe.quantized;
  const noise = weightNoise > 0 ? { ...rest, weights: { relativeSigma: weightNoise } } : rest;
  const quantized = Object.keys(noise).length > 0 ? { ...phase, noise } : phase;
  return parseRecipe({ ...recipe, seed, quantized }, origin);
}

/** The same as command-line options, for the record of how a network was made: " --seed 2", or nothing. */
export function overrideOptions({ seed, weightNoise }: RecipeOverrides): string {
  const seedOption = seed === undefined ? "" : ` --seed ${seed}`;
  return weightNoise === undefined ? seedOption : `${seedOption} --weight-noise ${weightNoise}`;
}
