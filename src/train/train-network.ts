import type { JobContext } from "../base/progress.js";
import type { LabelledImages } from "../data/labelled-images.js";
import { splitTraining } from "../data/split-training.js";
import type { NetworkNode } from "../network/network.js";
import { fillBatch, type TrainingImages, trainingImages } from "../model/batches.js";
import {
  checkpointPath,
  type EpochRecord,
  type PhaseName,
  type PhaseResult,
  readCheckpoint,
  type TrainState,
  writeCheckpoint,
} from "./checkpoint.js";
import { epochOrder } from "./epoch-order.js";
import { type Evaluation, evaluate } from "../evaluate/evaluate.js";
import { firstState } from "./first-state.js";
import { initialWeights } from "../model/initial-weights.js";
import { cutBySlots, joinSlots, parameterSlots, statisticSlots } from "../model/parameter-table.js";
import { initialSteps } from "../model/lsq/quantizers.js";
import { recipeHash, type TrainRecipe } from "./recipe/recipe.js";
import { askTeacher } from "./teacher.js";
import type { Tensorflow } from "../engine/tensorflow.js";
import type { PhaseJob } from "./phase-loop.js";
import { trainPhase } from "./train-phase.js";

/** A recipe with all it needs in memory. */
export interface NetworkJob {
  engine: Tensorflow;
  recipe: TrainRecipe;
  training: LabelledImages;
  /** Looked at once, at the end. */
  test: LabelledImages;
  /** Weights and statistics for a recipe that starts with a trained network. */
  start?: ReadonlyMap<string, Float32Array>;
  /** Gets the checkpoint. */
  folder: string;
  /** Goes on from the checkpoint in `folder`, where there is one. */
  resume: boolean;
  /** Hears of the epochs that are done, each time that a state is saved. */
  onSave?: (log: readonly EpochRecord[]) => void;
}

/** A trained network's values and what it says of the test images. */
export interface TrainedValues {
  /** Parameters with steps, and statistics, flat, by tensor name. */
  values: Map<string, Float32Array>;
  log: EpochRecord[];
  float: Evaluation;
  quantized: Evaluation;
}

/** Trains the teacher, where there is one, the network in float, then with LSQ; see trainRecipe for the errors. */
export async function trainNetwork(request: NetworkJob, context: JobContext): Promise<TrainedValues> {
  const { engine, recipe, training, folder } = request;
  const owner = { recipeHash: recipeHash(recipe), dataSha256: training.fingerprint, engine: engine.kind };
  const resumed = request.resume ? readCheckpoint(folder, owner) : undefined;
  if (resumed) context.log?.(`going on from ${checkpointPath(folder)}: ${resumed.phase} epoch ${resumed.epoch + 1}`);

  const { fit, heldOut } = parts(training, recipe);
  const shared: SharedJob = {
    engine,
    images: fit,
    heldOut,
    batchSize: recipe.batchSize,
    seed: recipe.seed,
    save: (state) => {
      writeCheckpoint(folder, state, owner);
      request.onSave?.(state.log);
    },
    checkpoint: checkpointPath(folder),
    start: request.start,
  };
  const phases = (["teacher", "float", "quantized"] as const).filter((phase) => recipe[phase] !== undefined);
  let state = resumed ?? startOf(phases[0], undefined, recipe, shared);
  for (const phase of phases.slice(phases.indexOf(state.phase))) {
    if (state.phase !== phase) state = startOf(phase, state, recipe, shared);
    const job = jobOf(phase, state, recipe, shared);
    try {
      state = await trainPhase(job, state, context);
    } finally {
      job.distillation?.teacher.dispose();
    }
  }

  const { nodes } = recipe.network;
  const test = trainingImages(request.test, recipe.network);
  const values = valuesOf(recipe, "quantized", resultOf(state));
  const floatValues = valuesOf(recipe, "float", state.results.float!);
  return {
    values,
    log: state.log,
    float: evaluate(engine, nodes, floatValues, test, { quantized: false }),
    quantized: evaluate(engine, nodes, values, test, { quantized: true }),
  };
}

/** What all phases have in common. */
type SharedJob = Omit<PhaseJob, "name" | "phase" | "nodes" | "distillation"> & Pick<NetworkJob, "start">;

function parts(split: LabelledImages, recipe: TrainRecipe): { fit: TrainingImages; heldOut?: TrainingImages } {
  const { network } = recipe;
  if (recipe.heldOut === 0) return { fit: trainingImages(split, network) };
  const { fit, heldOut } = splitTraining(split, recipe.heldOut);
  return { fit: trainingImages(fit, network), heldOut: trainingImages(heldOut, network) };
}

function nodesOf(phase: PhaseName, recipe: TrainRecipe): readonly NetworkNode[] {
  return phase === "teacher" ? recipe.teacher!.nodes : recipe.network.nodes;
}

function jobOf(phase: PhaseName, state: TrainState, recipe: TrainRecipe, shared: SharedJob): PhaseJob {
  const job = { ...shared, name: phase, nodes: nodesOf(phase, recipe) };
  if (phase === "teacher") return { ...job, phase: recipe.teacher!.training };
  const { distillation: settings, ...training } = recipe[phase]!;
  if (!settings) return { ...job, phase: training };
  const from = recipe.teacher ? "teacher" : "float";
  const values = valuesOf(recipe, from, state.results[from]!);
  const teacher = askTeacher(shared.engine, nodesOf(from, recipe), values, shared.images, training);
  return { ...job, phase: training, distillation: { settings, teacher } };
}

/** The first state of a phase, after the last one of the phase before. */
function startOf(phase: PhaseName, before: TrainState | undefined, recipe: TrainRecipe, shared: SharedJob): TrainState {
  const results: TrainState["results"] = { ...before?.results };
  if (before) results[before.phase] = resultOf(before);
  if (shared.start) results.float = startResult(shared.start, recipe);
  const nodes = nodesOf(phase, recipe);
  const values =
    phase === "quantized" ? quantizedStart(recipe, results.float!, shared) : initialWeights(nodes, recipe.seed);
  return { ...firstState(phase, nodes, values), results, log: before?.log ?? [] };
}

/** A network to start with, as a float phase would have left it. */
function startResult(values: ReadonlyMap<string, Float32Array>, recipe: TrainRecipe): PhaseResult {
  const { nodes } = recipe.network;
  return {
    parameters: joinSlots(values, parameterSlots(nodes, false)),
    statistics: joinSlots(values, statisticSlots(nodes)),
  };
}

/** The float result with LSQ's first steps, taken from the quantized phase's first batch. */
function quantizedStart(
  recipe: TrainRecipe,
  float: PhaseResult,
  { engine, images }: SharedJob,
): Map<string, Float32Array> {
  const { tf } = engine;
  const { nodes } = recipe.network;
  const values = valuesOf(recipe, "float", float);
  const shapes = new Map(parameterSlots(nodes, false).map(({ name, shape }) => [name, shape]));
  const { height, width, channels } = images.input;
  const { order, views } = epochOrder(images.count, recipe.seed, 0, recipe.quantized);
  const places = order.subarray(0, recipe.batchSize);
  const pixels = new Float32Array(places.length * height * width * channels);
  fillBatch(images, places, views, pixels);
  const batch = tf.tensor4d(pixels, [places.length, height, width, channels]);
  const parameter = (name: string) => tf.tensor(values.get(name)!, shapes.get(name));
  const steps = initialSteps(engine, nodes, parameter, batch);
  batch.dispose();
  return new Map([...values, ...steps]);
}

function resultOf(state: TrainState): PhaseResult {
  return { parameters: state.averageParameters, statistics: state.averageStatistics };
}

/** A phase's result by tensor name. */
function valuesOf(recipe: TrainRecipe, phase: PhaseName, result: PhaseResult): Map<string, Float32Array> {
  const nodes = nodesOf(phase, recipe);
  return new Map([
    ...cutBySlots(result.parameters, parameterSlots(nodes, phase === "quantized")),
    ...cutBySlots(result.statistics, statisticSlots(nodes)),
  ]);
}
