import type { Labels } from "../../data/labelled-images.js";
import { existsSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { NasError } from "../../base/errors.js";
import type { JobContext } from "../../base/progress.js";
import { randomStream, shuffledOrder } from "../../base/random-stream.js";
import type { Tensorflow } from "../../engine/tensorflow.js";
import { cutBySlots, parameterSlots, statisticSlots } from "../../model/parameter-table.js";
import type { Significance } from "../significance/significance.js";
import type { FrozenNetwork } from "./frozen-network.js";
import type { MapSource } from "./map-source.js";
import type { MixedStage } from "./mixed-stage.js";
import { readStage, type Snapshot, type StageProgress, writeStage } from "./stage-checkpoint.js";
import { firstProgress, StageLoop } from "./stage-loop.js";
import { stepsOfStage, type SupernetSettings } from "./supernet-settings.js";

/** One stage of the supernet: what to train, on what, and where its state is kept. */
export interface StageJob {
  engine: Tensorflow;
  stage: MixedStage;
  /** T_{i+1..L} with pooling and classifier. */
  rest: FrozenNetwork;
  /** The maps that enter the stage, and those that the teacher's stage makes of them. */
  input: MapSource;
  teacherMap: MapSource;
  /** [count]. */
  labels: Labels;
  classes: number;
  settings: SupernetSettings;
  seed: number;
  /** The file of its state, and what that belongs to. */
  checkpoint: string;
  owner: string;
}

/** A trained module. */
export interface TrainedStage {
  /** Softmax of α: what task significance is. */
  shares: Significance;
  snapshots: Snapshot[];
  /** θ and moving statistics, flat, by tensor name. */
  values: Map<string, Float32Array>;
}

/** A state is saved at least this often, so that a kill costs a minute at most. */
const saveEveryMs = 60_000;

/**
 * Trains one module by Algorithm 1, from its checkpoint where there is one; a stage that is finished is read from it.
 * Batches go by (seed, stage, epoch) alone, so that a resumed stage sees the same.
 * @throws NAS_INTERRUPTED on the context's signal, after saving; NAS_TRAIN_DIVERGED where the weights become no numbers;
 * NAS_SEARCH_RESUME where the checkpoint belongs to another search
 */
export async function trainStage(job: StageJob, context: JobContext): Promise<TrainedStage> {
  const total = stepsOfStage(job.settings);
  const kept = existsSync(job.checkpoint) ? readStage(job.checkpoint, job.owner) : undefined;
  if (kept?.step === total) return trained(job.stage, kept);
  const loop = new StageLoop(job, kept ?? firstProgress(job.stage, job.seed));
  try {
    await run(loop, job, total, context);
    const done = loop.progress();
    writeStage(job.checkpoint, done, job.owner);
    return trained(job.stage, done);
  } finally {
    loop.dispose();
  }
}

async function run(loop: StageLoop, job: StageJob, total: number, context: JobContext): Promise<void> {
  const { batchSize, images } = job.settings;
  const perEpoch = Math.floor(images / batchSize);
  let order: Uint32Array = new Uint32Array();
  let orderOf = -1;
  let lastSave = performance.now();
  while (loop.step < total) {
    if (context.signal?.aborted) {
      writeStage(job.checkpoint, loop.progress(), job.owner);
      throw new NasError("NAS_INTERRUPTED", `interrupted in stage ${job.stage.stage + 1}`, {
        hint: "run the command again with --resume to go on",
        context: { checkpoint: job.checkpoint, step: loop.step },
      });
    }
    const epoch = Math.floor(loop.step / perEpoch);
    if (epoch !== orderOf) {
      order = shuffledOrder(images, randomStream(job.seed, "supernet", job.stage.stage, epoch));
      orderOf = epoch;
    }
    const first = (loop.step % perEpoch) * batchSize;
    if (!loop.learn(order.slice(first, first + batchSize), total)) throw diverged(job, loop.step);
    if (performance.now() - lastSave > saveEveryMs) {
      writeStage(job.checkpoint, loop.progress(), job.owner);
      lastSave = performance.now();
    }
    context.progress?.({
      label: `supernet stage ${job.stage.stage + 1}`,
      done: loop.step,
      total,
      unit: "steps",
      note: loop.note(),
    });
    // Lets signals and timers in: a step itself is synchronous.
    await setImmediate();
  }
}

function trained({ layers }: MixedStage, { tensors, snapshots }: StageProgress): TrainedStage {
  const nodes = layers.flatMap(({ operators }) => operators.flatMap((operator) => operator.nodes));
  return {
    // The last step always leaves one.
    shares: snapshots.at(-1)!.shares,
    snapshots,
    values: new Map([
      ...cutBySlots(tensors.parameters, parameterSlots(nodes, false)),
      ...cutBySlots(tensors.statistics, statisticSlots(nodes)),
    ]),
  };
}

function diverged(job: StageJob, step: number): NasError {
  return new NasError(
    "NAS_TRAIN_DIVERGED",
    `the supernet's stage ${job.stage.stage + 1} became no numbers at step ${step}`,
    {
      hint: "lower the learning rate of the search's settings; the last good state is the checkpoint",
      context: { stage: job.stage.stage + 1, step, checkpoint: job.checkpoint },
    },
  );
}
