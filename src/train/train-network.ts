import type { JobContext } from "../base/progress.js";
import type { LabelledImages } from "../data/labelled-images.js";
import { splitTraining } from "../data/split-training.js";
import { epochOrder, fillBatch, type TrainingImages, trainingImages } from "./batches.js";
import { checkpointPath, type EpochRecord, readCheckpoint, type TrainState, writeCheckpoint } from "./checkpoint.js";
import { type Evaluation, evaluate } from "./evaluate.js";
import { initialWeights } from "./initial-weights.js";
import { cutBySlots, joinSlots, parameterSlots, statisticSlots } from "./parameter-table.js";
import { initialSteps } from "./quantizers.js";
import { recipeHash, type TrainRecipe } from "./recipe.js";
import { askTeacher } from "./teacher.js";
import type { Tensorflow } from "./tensorflow.js";
import { type PhaseJob, trainPhase } from "./train-phase.js";

/** A recipe with all it needs in memory. */
export interface NetworkJob {
  engine: Tensorflow;
  recipe: TrainRecipe;
  training: LabelledImages;
  /** Looked at once, at the end. */
  test: LabelledImages;
  /** Gets the checkpoint. */
  folder: string;
  /** Goes on from the checkpoint in `folder`, where there is one. */
  resume: boolean;
}

/** A trained network's values and what it says of the test images. */
export interface TrainedValues {
  /** Parameters with steps, and statistics, flat, by tensor name. */
  values: Map<string, Float32Array>;
  log: EpochRecord[];
  float: Evaluation;
  quantized: Evaluation;
}

/** Trains in float, then with LSQ from the float weights; see trainRecipe for the errors. */
export async function trainNetwork(request: NetworkJob, context: JobContext): Promise<TrainedValues> {
  const { engine, recipe, training, folder } = request;
  const owner = { recipeHash: recipeHash(recipe), dataSha256: training.fingerprint };
  const resumed = request.resume ? readCheckpoint(folder, owner) : undefined;
  if (resumed) context.log?.(`going on from ${checkpointPath(folder)}: ${resumed.phase} epoch ${resumed.epoch + 1}`);

  const { nodes, input } = recipe.network;
  const { fit, heldOut } = parts(training, recipe);
  const job: SharedJob = {
    engine,
    nodes,
    images: fit,
    heldOut,
    batchSize: recipe.batchSize,
    seed: recipe.seed,
    save: (state: TrainState) => writeCheckpoint(folder, state, owner),
    checkpoint: checkpointPath(folder),
  };
  const afterFloat = await floatPhase(recipe, job, resumed, context);
  const final = await quantizedPhase(recipe, job, afterFloat, context);

  const test = trainingImages(request.test, input);
  const values = averagedValues(recipe, final, true);
  return {
    values,
    log: final.log,
    float: evaluate(engine, nodes, floatValues(recipe, final), test, { quantized: false }),
    quantized: evaluate(engine, nodes, values, test, { quantized: true }),
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
