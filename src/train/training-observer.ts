import type { NewTraining } from "../record/training.js";
import type { EpochRecord } from "./checkpoint.js";
import type { TrainRecipe } from "./recipe/recipe.js";

/** Hears of a training as it goes on; never throws. */
export interface TrainingObserver {
  /** Everything is loaded; the first step comes next. */
  started(facts: TrainingFacts): void;
  /** All epochs that are done, each time that a state was saved. */
  saved(log: readonly EpochRecord[]): void;
}

/** What is known of a training at its start. */
export interface TrainingFacts extends Pick<
  NewTraining,
  "recipeName" | "recipeHash" | "dataSha256" | "outputFolder" | "versions" | "startedAt"
> {
  recipe: TrainRecipe;
  /** What the images are, where they are not the official ones. */
  dataCaveat?: string;
  /** A checkpoint in the folder is taken up. */
  resume: boolean;
}
