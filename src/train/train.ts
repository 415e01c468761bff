import { rmSync } from "node:fs";
import { basename, relative } from "node:path";
import type { JobContext } from "../base/progress.js";
import { packageRoot, packageVersion } from "../base/paths.js";
import { loadDataset } from "../data/load-dataset.js";
import type { LabelledImages } from "../data/labelled-images.js";
import { splitTraining } from "../data/split-training.js";
import type { NetworkProvenance } from "../network/network.js";
import { epochOrder, fillBatch, type TrainingImages, trainingImages } from "./batches.js";
import { checkpointPath, type EpochRecord, readCheckpoint, type TrainState, writeCheckpoint } from "./checkpoint.js";
import { type Evaluation, evaluate } from "./evaluate.js";
import { exportNetwork } from "./export.js";
import { initialWeights } from "./initial-weights.js";
import { cutBySlots, joinSlots, parameterSlots, statisticSlots } from "./parameter-table.js";
import { initialSteps } from "./quantizers.js";
import { readRecipe, recipeHash, type TrainRecipe } from "./recipe.js";
import { askTeacher } from "./teacher.js";
import { loadTensorflow, type Tensorflow, tfjsNodeVersion } from "./tensorflow.js";
import { type PhaseJob, trainPhase } from "./train-phase.js";

/** What to train and where the result goes. */
export interface TrainRequest {
  recipePath: string;
  /** Gets the network and, while training, the checkpoint. */
  outputFolder: string;
  /** Folder of the data set; without it, it is looked for as everywhere else. */
  dataPath?: string;
  /** Goes on from the checkpoint in the output folder, where there is one. */
  resume: boolean;
}

/** What came of it; the network itself lies in `networkFolder`. */
export interface TrainOutcome {
  networkFolder: string;
  parameters: number;
  testImages: number;
  /** Correct of `testImages`: in float, and with LSQ's quantizers on integers. */
  floatCorrect: number;
  quantizedCorrect: number;
  log: EpochRecord[];
}

/**
 * Trains a network by a recipe, in float and then with LSQ, and exports it; the test images are looked at once, at the
 * end, and decide nothing.
 * @throws NAS_TRAIN_RECIPE, NAS_TRAIN_TENSORFLOW, NAS_TRAIN_CHECKPOINT, NAS_TRAIN_DIVERGED; NAS_INTERRUPTED with a
 * checkpoint in the output folder; the data set's errors.
 */
export async function trainRecipe(request: TrainRequest, context: JobContext): Promise<TrainOutcome> {
  const recipe = readRecipe(request.recipePath);
  const engine = await loadTensorflow();
  const trainingSplit = await loadDataset({ dataset: recipe.dataset, split: "train", path: request.dataPath }, context);
  const owner = { recipeHash: recipeHash(recipe), dataSha256: trainingSplit.fingerprint };
  const folder = request.outputFolder;
  const resumed = request.resume ? readCheckpoint(folder, owner) : undefined;
  if (resumed) context.log?.(`going on from ${checkpointPath(folder)}: ${resumed.phase} epoch ${resumed.epoch + 1}`);

  const { fit, heldOut } = parts(trainingSplit, recipe);
  const job = {
    engine,
    nodes: recipe.network.nodes,
    images: fit,
    heldOut,
    batchSize: recipe.batchSize,
    seed: recipe.seed,
    save: (state: TrainState) => writeCheckpoint(folder, state, owner),
    checkpoint: checkpointPath(folder),
  };
  const afterFloat = await floatPhase(recipe, job, resumed, context);
  const final = await quantizedPhase(recipe, job, afterFloat, context);

  const testSplit = await loadDataset({ dataset: recipe.dataset, split: "test", path: request.dataPath }, context);
  const test = trainingImages(testSplit, recipe.network.input);
  const float = evaluate(engine, job.nodes, floatValues(recipe, final), test, { quantized: false });
  const values = averagedValues(recipe, final, true);
  const quantized = evaluate(engine, job.nodes, values, test, { quantized: true });
  const { network, ...rest } = recipe;
  const provenance = provenanceOf(request, rest, owner, engine, testSplit, float);
  const description = { format: "nas4cim-network", version: 1, ...network, provenance } as const;
  exportNetwork(folder, { description, values, log: final.log, float, quantized, classes: test.classes });
  // The network is safe on disk; the optimizer's memory has served.
  rmSync(job.checkpoint, { force: true });
  return {
    networkFolder: folder,
    parameters: parameterSlots(job.nodes, false)
      .filter(({ role }) => role === "weight" || role === "bias")
      .reduce((sum, { size }) => sum + size, 0),
    testImages: test.count,
    floatCorrect: float.correct,
    quantizedCorrect: quantized.correct,
    log: final.log,
  };
}

type SharedJob = Omit<PhaseJob, "name" | "phase" | "distillation">;

function parts(split: LabelledImages, recipe: TrainRecipe): { fit: TrainingImages; heldOut?: TrainingImages } {
  const { input } = recipe.network;
  if (recipe.heldOut === 0) return { fit: trainingImages(split, input) };
  const { fit, heldOut } = splitTraining(split, recipe.heldOut);
  return { fit: trainingImages(fit, input), heldOut: trainingImages(heldOut, input) };
}

/** The state at the end of the float phase, or a later one that was resumed. */
async function floatPhase(
  recipe: TrainRecipe,
  job: SharedJob,
  resumed: TrainState | undefined,
  context: JobContext,
): Promise<TrainState> {
  if (resumed?.phase === "quantized") return resumed;
  const { nodes } = recipe.network;
  const start = resumed ?? freshState("float", recipe, initialWeights(nodes, recipe.seed));
  return trainPhase({ ...job, name: "float", phase: recipe.float }, start, context);
}

async function quantizedPhase(
  recipe: TrainRecipe,
  job: SharedJob,
  before: TrainState,
  context: JobContext,
): Promise<TrainState> {
  const start = before.phase === "quantized" ? before : quantizedStart(recipe, job, before);
  const { distillation: settings, ...phase } = recipe.quantized;
  const distillation = settings && {
    settings,
    teacher: askTeacher(job.engine, job.nodes, floatValues(recipe, start), job.images, phase.flip),
  };
  return trainPhase({ ...job, name: "quantized", phase, distillation }, start, context);
}

/** The float phase's averaged weights with LSQ's first steps, taken from the quantized phase's first batch. */
function quantizedStart(recipe: TrainRecipe, job: SharedJob, before: TrainState): TrainState {
  const { engine, images } = job;
  const { tf } = engine;
  const { nodes } = recipe.network;
  const values = averagedValues(recipe, before, false);
  const slots = new Map(parameterSlots(nodes, false).map((slot) => [slot.name, slot]));
  const { height, width, channels } = images.input;
  const { order, mirrored } = epochOrder(images.count, recipe.seed, 0, recipe.quantized.flip);
  const places = order.subarray(0, recipe.batchSize);
  const pixels = new Float32Array(places.length * height * width * channels);
  fillBatch(images, places, mirrored, pixels);
  const batch = tf.tensor4d(pixels, [places.length, height, width, channels]);
  const parameter = (name: string) => tf.tensor(values.get(name)!, slots.get(name)!.shape);
  const steps = initialSteps(engine, nodes, parameter, batch);
  batch.dispose();
  const float = { parameters: before.averageParameters, statistics: before.averageStatistics };
  return { ...freshState("quantized", recipe, new Map([...values, ...steps])), float, log: before.log };
}

function freshState(
  phase: "float" | "quantized",
  recipe: TrainRecipe,
  values: ReadonlyMap<string, Float32Array>,
): TrainState {
  const { nodes } = recipe.network;
  const parameters = joinSlots(values, parameterSlots(nodes, phase === "quantized"));
  const statistics = joinSlots(values, statisticSlots(nodes));
  return {
    phase,
    epoch: 0,
    step: 0,
    running: { loss: 0, correct: 0, images: 0, seconds: 0 },
    parameters,
    momentum: new Float32Array(parameters.length),
    statistics,
    averageParameters: parameters,
    averageStatistics: statistics,
    log: [],
  };
}

/** A phase's result: its averaged parameters and statistics by name. */
function averagedValues(recipe: TrainRecipe, state: TrainState, quantized: boolean): Map<string, Float32Array> {
  const { nodes } = recipe.network;
  return new Map([
    ...cutBySlots(state.averageParameters, parameterSlots(nodes, quantized)),
    ...cutBySlots(state.averageStatistics, statisticSlots(nodes)),
  ]);
}

/** The float phase's result, as the quantized phase's states carry it along. */
function floatValues(recipe: TrainRecipe, { float }: TrainState): Map<string, Float32Array> {
  const { nodes } = recipe.network;
  return new Map([
    ...cutBySlots(float!.parameters, parameterSlots(nodes, false)),
    ...cutBySlots(float!.statistics, statisticSlots(nodes)),
  ]);
}

function provenanceOf(
  request: TrainRequest,
  recipe: Omit<TrainRecipe, "network">,
  owner: { recipeHash: string; dataSha256: string },
  engine: Tensorflow,
  testSplit: LabelledImages,
  float: Evaluation,
): NetworkProvenance {
  const inPackage = relative(packageRoot(), request.recipePath);
  const recipeName = inPackage.startsWith("..") ? basename(request.recipePath) : inPackage;
  return {
    summary: recipe.summary,
    command: `nas4cim train --recipe ${recipeName} --out ${basename(request.outputFolder)}`,
    recipeHash: owner.recipeHash,
    seed: recipe.seed,
    dataSha256: owner.dataSha256,
    versions: {
      node: process.version.slice(1),
      nas4cim: packageVersion(),
      "@tensorflow/tfjs-node": tfjsNodeVersion,
      libtensorflow: engine.libraryVersion,
    },
    trainedOn: new Date().toISOString().slice(0, 10),
    float: { testSetFingerprint: testSplit.fingerprint, images: testSplit.count, correct: float.correct },
  };
}
