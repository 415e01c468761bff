import { NasError, throwIfAborted } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import type { LabelledImages } from "../data/labelled-images.js";
import { toNetworkInput } from "../data/to-network-input.js";
import type { QuantizedNetwork } from "../network/quantized-network.js";
import { dropSpent, enter, joinBytes, packStates, unpackState, type BatchState } from "./batch-state.js";
import { throwFirstFailure } from "./first-failure.js";
import { forward, predict } from "./forward.js";
import type { LayerEngine } from "./layer-engine.js";
import type { StepStore } from "./step-store.js";

/** Images between two checkpoints. */
export const chunkImages = 500;
/** Vectors of the largest layer that one batch may have: bounds memory, and keeps a tile's table in cache. */
const batchVectors = 16384;

/** What a whole pass over the images gave. */
export interface InferenceResult {
  /** [images] class of the largest logit. */
  predictions: Uint8Array;
  /** Layer -> saturated conversions over all images and rounds. */
  saturated: Map<string, number>;
  seconds: number;
}

/**
 * Takes all images through one round of an engine, chunk by chunk. Each finished chunk is saved; a chunk that is saved
 * already is not computed again, so an interrupted pass goes on where it was and ends with the same bytes.
 */
export async function inferRound(
  role: string,
  network: QuantizedNetwork,
  images: LabelledImages,
  engine: LayerEngine,
  round: number,
  steps: StepStore,
  context: JobContext,
): Promise<void> {
  const label = engine.rounds > 1 ? `${role}, round ${round + 1} of ${engine.rounds}` : role;
  for (let first = 0; first < images.count; first += chunkImages) {
    const count = Math.min(chunkImages, images.count - first);
    if (steps.has(stepOf(role), chunkKey(round, first))) continue;
    const started = performance.now();
    const states = await inferChunk(network, images, engine, round, { first, count, role, steps, label }, context);
    const seconds = (performance.now() - started) / 1000;
    saveChunk(role, network, round, first, states, engine.rounds, steps, seconds);
  }
}

/** Puts the saved chunks of a finished pass together. */
export function collectInference(role: string, images: number, rounds: number, steps: StepStore): InferenceResult {
  const predictions = new Uint8Array(images);
  const saturated = new Map<string, number>();
  let seconds = 0;
  for (let first = 0; first < images; first += chunkImages) {
    for (let round = 0; round < rounds; round++) {
      const step = steps.load(stepOf(role), chunkKey(round, first))!;
      seconds += step.seconds;
      for (const [layer, count] of Object.entries((step.json as ChunkJson).saturated))
        saturated.set(layer, (saturated.get(layer) ?? 0) + count);
      if (round === rounds - 1) predictions.set(step.blobs.predictions, first);
    }
  }
  return { predictions, saturated, seconds };
}

/** Whether a role's pass over a round is saved for all images. */
export function isInferred(role: string, images: number, round: number, steps: StepStore): boolean {
  for (let first = 0; first < images; first += chunkImages)
    if (!steps.has(stepOf(role), chunkKey(round, first))) return false;
  return true;
}

interface ChunkJson {
  /** Counts of this round alone. */
  saturated: Record<string, number>;
}

async function inferChunk(
  network: QuantizedNetwork,
  images: LabelledImages,
  engine: LayerEngine,
  round: number,
  chunk: { first: number; count: number; role: string; steps: StepStore; label: string },
  context: JobContext,
): Promise<BatchState[]> {
  const size = batchSize(network);
  const starts = Array.from({ length: Math.ceil(chunk.count / size) }, (_, batch) => batch * size);
  const waiting = round === 0 ? undefined : loadStates(network, chunk, round);
  const states: BatchState[] = [];
  let next = 0;
  let done = 0;
  const worker = async () => {
    while (next < starts.length) {
      const batch = next++;
      const offset = starts[batch];
      const count = Math.min(size, chunk.count - offset);
      throwIfAborted(context.signal);
      const firstImage = chunk.first + offset;
      const state = waiting
        ? waiting(offset, count)
        : enter(toNetworkInput(images, network.input, firstImage, count), count);
      states[batch] = state;
      await forward(network, engine, state, { round, firstImage, signal: context.signal });
      dropSpent(network, state);
      done += count;
      context.progress?.({ label: chunk.label, done: chunk.first + done, total: images.count, unit: "images" });
    }
  };
  // All must have stopped before a failure is passed on: nobody may still be using the macro.
  const ends = await Promise.allSettled(Array.from({ length: engine.batchesInFlight }, worker));
  throwFirstFailure(ends);
  return states;
}

/** Images a batch may have, so that its largest layer stays within batchVectors. */
function batchSize(network: QuantizedNetwork): number {
  const positions = Math.max(...network.nodes.map(({ outShape }) => outShape.height * outShape.width));
  return Math.max(1, Math.min(chunkImages, Math.floor(batchVectors / positions)));
}

function saveChunk(
  role: string,
  network: QuantizedNetwork,
  round: number,
  first: number,
  states: BatchState[],
  rounds: number,
  steps: StepStore,
  seconds: number,
): void {
  const saturated: Record<string, number> = {};
  for (const state of states)
    for (const [layer, count] of state.saturated) saturated[layer] = (saturated[layer] ?? 0) + count;
  const isLast = round === rounds - 1;
  const blobs = isLast
    ? { predictions: joinBytes(states.map(({ logits }) => predict(logits!, classesOf(network)))) }
    : packStates(states);
  steps.save(stepOf(role), chunkKey(round, first), { json: { saturated } satisfies ChunkJson, blobs }, seconds);
}

/** The states that the previous round left, cut into batches on demand. */
function loadStates(
  network: QuantizedNetwork,
  chunk: { first: number; count: number; role: string; steps: StepStore },
  round: number,
) {
  const saved = chunk.steps.load(stepOf(chunk.role), chunkKey(round - 1, chunk.first));
  if (!saved) {
    throw new NasError(
      "NAS_RUN_RESUME",
      `the record of ${chunk.role}, round ${round}, images from ${chunk.first} is missing`,
      {
        hint: "start the run anew",
        context: { role: chunk.role, round, first: chunk.first },
      },
    );
  }
  return (offset: number, count: number) => unpackState(network, saved.blobs, chunk.count, offset, count);
}

function classesOf(network: QuantizedNetwork): number {
  return network.nodes[network.nodes.length - 1].outShape.channels;
}

function stepOf(role: string): string {
  return `infer ${role}`;
}

/** Sorts by round, then image. */
function chunkKey(round: number, first: number): string {
  return `round ${String(round).padStart(4, "0")} images ${String(first).padStart(8, "0")}`;
}
