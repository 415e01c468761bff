import { freemem, totalmem } from "node:os";
import { setImmediate } from "node:timers/promises";
import { NasError, messageOf } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import type { TrainState } from "./checkpoint.js";
import { epochOrder, type EpochOrder } from "./epoch-order.js";
import { type PhaseJob, PhaseLoop } from "./phase-loop.js";

/** A state is saved at least this often, so that a kill costs a minute at most. */
const saveEveryMs = 60_000;

/**
 * Trains from `state` to the end of the phase and gives the final state; goes on within an epoch where `state` stands
 * in one. The last images that do not fill a batch are left out of an epoch; the order changes every epoch.
 * @throws NAS_INTERRUPTED on the abort signal, after saving; NAS_TRAIN_DIVERGED where the loss is no finite number;
 * NAS_TRAIN_MEMORY.
 */
export async function trainPhase(job: PhaseJob, state: TrainState, context: JobContext): Promise<TrainState> {
  const loop = new PhaseLoop(job, state);
  try {
    while (loop.epoch < job.phase.epochs) await runEpoch(loop, job, context);
    return loop.state();
  } finally {
    loop.dispose();
  }
}

async function runEpoch(loop: PhaseLoop, job: PhaseJob, context: JobContext): Promise<void> {
  const steps = loop.stepsPerEpoch;
  const shown = epochOrder(job.images.count, job.seed, loop.epoch, job.phase);
  let lastSave = performance.now();
  while (loop.stepInEpoch < steps) {
    if (context.signal?.aborted) {
      job.save(loop.state());
      throw new NasError("NAS_INTERRUPTED", `interrupted in epoch ${loop.epoch + 1} of the ${job.name} phase`, {
        hint: "run the command again with --resume to go on",
        context: { checkpoint: job.checkpoint, epoch: loop.epoch + 1, step: loop.stepInEpoch },
      });
    }
    const { loss, isSound } = stepOrExplain(loop, job, shown);
    if (!Number.isFinite(loss)) throw diverged(loop, job, `the loss became ${loss}`);
    if (!isSound) throw diverged(loop, job, "the weights became no numbers");
    if (performance.now() - lastSave > saveEveryMs) {
      job.save(loop.state());
      lastSave = performance.now();
    }
    context.progress?.({
      label: `${job.name} epoch ${loop.epoch + 1} of ${job.phase.epochs}`,
      done: loop.stepInEpoch * job.batchSize,
      total: steps * job.batchSize,
      unit: "images",
      note: loop.note(),
    });
    // Lets signals and timers in: a step itself is synchronous.
    await setImmediate();
  }
  loop.endEpoch();
  job.save(loop.state());
}

/** @throws NAS_TRAIN_MEMORY where a step does not fit the memory there is. */
function stepOrExplain(loop: PhaseLoop, job: PhaseJob, shown: EpochOrder): ReturnType<PhaseLoop["step"]> {
  try {
    return loop.step(shown);
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    throw new NasError("NAS_TRAIN_MEMORY", `no memory for a batch of ${job.batchSize} images ${placeOf(loop, job)}`, {
      hint: `set a smaller batchSize in the recipe, or free memory and go on with --resume from ${job.checkpoint}`,
      context: { batchSize: job.batchSize, freeBytes: freemem(), totalBytes: totalmem() },
      cause: error,
    });
  }
}

/** TensorFlow's words for it, and JavaScript's. */
function isOutOfMemory(error: unknown): boolean {
  return /OOM when allocating|ResourceExhausted|RESOURCE_EXHAUSTED|allocation failed|out of memory/i.test(
    messageOf(error),
  );
}

function diverged(loop: PhaseLoop, job: PhaseJob, what: string): NasError {
  return new NasError("NAS_TRAIN_DIVERGED", `${what} ${placeOf(loop, job)}`, {
    hint: `lower the learning rate of the recipe; the last good state is ${job.checkpoint}`,
    context: { phase: job.name, epoch: loop.epoch + 1, step: loop.stepInEpoch },
  });
}

function placeOf(loop: PhaseLoop, job: PhaseJob): string {
  return `at step ${loop.stepInEpoch} of epoch ${loop.epoch + 1} of the ${job.name} phase`;
}
