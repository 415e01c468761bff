import { rmSync } from "node:fs";
import { join } from "node:path";
import type { JobContext } from "../../base/progress.js";
import { packageVersion } from "../../base/paths.js";
import { toCostLayers } from "../../cost/cost-layer.js";
import { networkTotals, prepareCostModel } from "../../cost/evaluate.js";
import { isaacUnit } from "../../cost/hardware.js";
import { profiles } from "../../cost/profile.js";
import type { LabelledImages } from "../../data/labelled-images.js";
import { countMacs, countParameters } from "../../network/matrices.js";
import type { Tensorflow } from "../../engine/tensorflow.js";
import type { EpochRecord, PhaseName } from "../../train/checkpoint.js";
import { recipeHash, type TrainRecipe } from "../../train/recipe/recipe.js";
import { trainNetwork } from "../../train/train-network.js";
import type { SearchSpace } from "../space/space.js";
import { type OracleEntry, oracleOrder } from "./oracle-order.js";
import { oracleRecipe } from "./oracle-recipe.js";
import { type OracleRow, OracleTable } from "./oracle-table.js";

/** What to train and where the table is. */
export interface OracleRequest {
  engine: Tensorflow;
  space: SearchSpace;
  training: LabelledImages;
  test: LabelledImages;
  /** Rows that the table is to have, from the beginning of the order. */
  rows: number;
  /** Gets the table, and the checkpoint of the training under way. */
  folder: string;
  /** The recipe of an entry; the short one of `oracleRecipe` where absent. */
  recipeOf?: (space: SearchSpace, entry: OracleEntry) => TrainRecipe;
}

/**
 * Trains the networks of a space's oracle one by one and adds a row for each; rows that are there are not trained again, and
 * a training that was interrupted goes on.
 * @throws NAS_SEARCH_ORACLE where the folder holds a table of other data or settings; NAS_INTERRUPTED; what training throws
 */
export async function fillOracle(request: OracleRequest, context: JobContext): Promise<OracleRow[]> {
  const { space, engine, training, folder, recipeOf = oracleRecipe } = request;
  const order = oracleOrder(space);
  const entries = order.slice(0, request.rows);
  const table = new OracleTable(folder, {
    space: space.name,
    recipeHash: recipeHash(recipeOf(space, order[0])),
    dataSha256: training.fingerprint,
    versions: { node: process.version.slice(1), nas4cim: packageVersion(), ...engine.versions },
  });
  for (const [index, entry] of entries.entries()) {
    if (table.has(entry)) continue;
    context.log?.(`${index + 1} of ${entries.length}: ${entry.genotype}, seed ${entry.seed}`);
    table.add(await trainRow(request, entry, recipeOf(space, entry), context));
  }
  return table.rows;
}

async function trainRow(
  { engine, training, test, folder: tableFolder }: OracleRequest,
  { genotype, seed }: OracleEntry,
  recipe: TrainRecipe,
  context: JobContext,
): Promise<OracleRow> {
  const folder = join(tableFolder, "under-way", `${genotype} ${seed}`);
  const { log, quantized } = await trainNetwork({ engine, recipe, training, test, folder, resume: true }, context);
  rmSync(join(tableFolder, "under-way"), { recursive: true, force: true });
  const model = prepareCostModel(isaacUnit, profiles["mnsim-2.0"], "pipelined");
  const { edp } = networkTotals(toCostLayers(recipe.network, { activationBits: 4, weightBits: 4 }), model);
  return {
    genotype,
    seed,
    heldOutFloat: lastOf(log, "float").heldOutAccuracy!,
    heldOutW4A4: lastOf(log, "quantized").heldOutAccuracy!,
    testW4A4: quantized.correct / test.count,
    edp,
    macs: countMacs(recipe.network),
    parameters: countParameters(recipe.network),
    seconds: Math.round(log.reduce((sum, { seconds }) => sum + seconds, 0)),
  };
}

/** The phase's last epoch: its average is what the phase came to. */
function lastOf(log: readonly EpochRecord[], phase: PhaseName): EpochRecord {
  return log.findLast((epoch) => epoch.phase === phase)!;
}
