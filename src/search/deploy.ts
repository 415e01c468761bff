import { existsSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../base/atomic-file.js";
import type { JobContext } from "../base/progress.js";
import type { LoadedConfig } from "../config/bench-config.js";
import { runBench } from "../run/run.js";
import { checkpointPath } from "../train/checkpoint.js";
import { readRecipe } from "../train/recipe/read-recipe.js";
import { trainRecorded } from "../train/record-training.js";
import { finalRecipe } from "./final-recipe.js";
import { searchFolder } from "./run-search.js";
import type { Selection } from "./select.js";
import type { SearchSpace } from "./space/space.js";

/** What a chosen network is trained by, and the bench it is run on. */
export interface DeployRequest {
  config: LoadedConfig;
  searchId: string;
  space: SearchSpace;
  /** The recipe whose training it gets. */
  templatePath: string;
  dataPath?: string;
}

/** What came of a chosen network. Correct of `testImages`, which are looked at here for the first time. */
export interface Deployed {
  objective: string;
  network: string;
  networkFolder: string;
  testImages: number;
  floatCorrect: number;
  quantizedCorrect: number;
  trainingId?: string;
  runId: string;
  reportPath: string;
}

/**
 * Trains a chosen network from scratch and runs it on the bench's subject and reference, as its defaults say. An interrupted
 * training goes on from its checkpoint in the search's folder.
 * @throws what training and run throw
 */
export async function deploy(selection: Selection, request: DeployRequest, context: JobContext): Promise<Deployed> {
  const { config, searchId, space, templatePath, dataPath } = request;
  const { storeFolder } = config;
  const recipe = finalRecipe(space, selection, readRecipe(templatePath));
  const folder = join(searchFolder(storeFolder, searchId), recipe.network.name);
  const recipePath = join(folder, "recipe.json");
  writeFileAtomic(recipePath, `${JSON.stringify(recipe, null, 2)}\n`);
  const networkFolder = join(folder, "network");
  const trained = await trainRecorded(
    {
      recipePath,
      outputFolder: networkFolder,
      resume: existsSync(checkpointPath(networkFolder)),
      ...(dataPath === undefined ? {} : { dataPath }),
    },
    storeFolder,
    context,
  );
  const { dataset } = recipe;
  const { document, reportPath } = await runBench({ config, network: networkFolder, dataset }, context);
  return {
    objective: selection.objective,
    network: selection.chosen.network,
    networkFolder,
    testImages: trained.testImages,
    floatCorrect: trained.floatCorrect,
    quantizedCorrect: trained.quantizedCorrect,
    ...(trained.trainingId === undefined ? {} : { trainingId: trained.trainingId }),
    runId: document.run.id,
    reportPath,
  };
}
