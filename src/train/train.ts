import { basename, relative } from "node:path";
import type { JobContext } from "../base/progress.js";
import { packageRoot, packageVersion } from "../base/paths.js";
import { loadDataset } from "../data/load-dataset.js";
import type { LabelledImages } from "../data/labelled-images.js";
import type { NetworkProvenance } from "../network/network.js";
import { type EpochRecord, removeCheckpoint } from "./checkpoint.js";
import type { Evaluation } from "../evaluate/evaluate.js";
import { exportNetwork } from "./export.js";
import { prepareOutput } from "./output-folder.js";
import { overrideOptions, overrideRecipe, type RecipeOverrides } from "./recipe/override-recipe.js";
import { parameterSlots } from "../model/parameter-table.js";
import { readRecipe } from "./recipe/read-recipe.js";
import { recipeHash, type TrainRecipe } from "./recipe/recipe.js";
import { readStart } from "./recipe/start-network.js";
import { loadTensorflow, type Tensorflow } from "../engine/tensorflow.js";
import { trainNetwork } from "./train-network.js";
import type { TrainingObserver } from "./training-observer.js";

/** What to train and where the result goes. */
export interface TrainRequest extends RecipeOverrides {
  recipePath: string;
  /** Gets the network and, while training, the checkpoint. */
  outputFolder: string;
  /** Folder of the data set; without it, it is looked for as everywhere else. */
  dataPath?: string;
  /** Goes on from the checkpoint in the output folder. */
  resume: boolean;
  /** Begins anew although a network or a checkpoint lies in the output folder. */
  force?: boolean;
  observer?: TrainingObserver;
}

/** What came of it; the network itself lies in `networkFolder`. */
export interface TrainOutcome {
  networkFolder: string;
  parameters: number;
  testImages: number;
  /** What the images are, where they are not the official ones. */
  dataCaveat?: string;
  /** Correct of `testImages`: in float, and with LSQ's quantizers on integers. */
  floatCorrect: number;
  quantizedCorrect: number;
  log: EpochRecord[];
}

/**
 * Trains a network by a recipe, in float and then with LSQ, and exports it; the test images are looked at once, at the
 * end, and decide nothing.
 * @throws NAS_TRAIN_RECIPE, NAS_TRAIN_OUTPUT, NAS_TRAIN_TENSORFLOW, NAS_TRAIN_CHECKPOINT, NAS_TRAIN_DIVERGED; NAS_INTERRUPTED with a
 * checkpoint in the output folder; the data set's errors.
 */
export async function trainRecipe(request: TrainRequest, context: JobContext): Promise<TrainOutcome> {
  const recipe = overrideRecipe(readRecipe(request.recipePath), request, request.recipePath);
  prepareOutput(request);
  const engine = await loadTensorflow();
  if (engine.caveat) context.log?.(engine.caveat);
  const { dataset } = recipe;
  const images = { dataset, path: request.dataPath, side: recipe.network.input.height };
  const training = await loadDataset({ ...images, split: "train" }, context);
  const test = await loadDataset({ ...images, split: "test" }, context);
  for (const { split, source } of [training, test])
    if (source.caveat) context.log?.(`${split} images: ${source.caveat}`);
  const { outputFolder: folder, resume, observer } = request;

  const start = readStart(recipe, request.recipePath);
  observer?.started({
    recipeName: nameOf(request.recipePath),
    recipe,
    recipeHash: recipeHash(recipe),
    dataSha256: training.fingerprint,
    ...caveatOf(training),
    outputFolder: folder,
    versions: versionsWith(engine),
    startedAt: new Date().toISOString(),
    resume,
  });
  const onSave = observer?.saved.bind(observer);
  const trained = await trainNetwork({ engine, recipe, training, test, start, folder, resume, onSave }, context);

  const { values, log, float, quantized } = trained;
  const provenance = provenanceOf(request, recipe, { engine, training, test, float });
  const description = { format: "nas4cim-network", version: 1, ...recipe.network, provenance } as const;
  exportNetwork(folder, { description, values, log, float, quantized, classes: test.classNames.length });
  // The network is safe on disk; the optimizer's memory has served.
  removeCheckpoint(folder);
  return {
    networkFolder: folder,
    parameters: parameterSlots(recipe.network.nodes, false)
      .filter(({ role }) => role === "weight" || role === "bias")
      .reduce((sum, { size }) => sum + size, 0),
    testImages: test.count,
    ...caveatOf(test),
    floatCorrect: float.correct,
    quantizedCorrect: quantized.correct,
    log,
  };
}

function provenanceOf(
  request: TrainRequest,
  recipe: TrainRecipe,
  done: { engine: Tensorflow; training: LabelledImages; test: LabelledImages; float: Evaluation },
): NetworkProvenance {
  const { engine, training, test, float } = done;
  return {
    summary: recipe.summary,
    command: `nas4cim train --recipe ${nameOf(request.recipePath)}${overrideOptions(request)} --out ${basename(request.outputFolder)}`,
    recipeHash: recipeHash(recipe),
    seed: recipe.seed,
    dataSha256: training.fingerprint,
    ...caveatOf(training),
    versions: versionsWith(engine),
    trainedOn: new Date().toISOString().slice(0, 10),
    float: { testSetFingerprint: test.fingerprint, images: test.count, correct: float.correct },
  };
}

function caveatOf({ source: { caveat } }: LabelledImages): { dataCaveat?: string } {
  return caveat === undefined ? {} : { dataCaveat: caveat };
}

/** A recipe as a command names it: the shipped ones from the package's folder on, others by their file. */
function nameOf(recipePath: string): string {
  const inPackage = relative(packageRoot(), recipePath);
  return inPackage.startsWith("..") ? basename(recipePath) : inPackage;
}

function versionsWith(engine: Tensorflow): Record<string, string> {
  return {
    node: process.version.slice(1),
    nas4cim: packageVersion(),
    ...engine.versions,
  };
}
