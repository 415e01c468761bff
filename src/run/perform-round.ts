import type { JobContext } from "../base/progress.js";
import { toNetworkInput } from "../data/to-network-input.js";
import type { LabelledImages } from "../data/labelled-images.js";
import type { ProgramReport } from "../macro/macro.js";
import type { Placement } from "../mapping/placement.js";
import { matrixLayers, type FeatureMap, type QuantizedNetwork } from "../network/quantized-network.js";
import { enter } from "./batch-state.js";
import { chooseAdcSteps } from "./choose-adc-steps.js";
import { CodeTally, type TallyJson } from "./code-tally.js";
import { compareLayerCodes } from "./compare-codes.js";
import { forward } from "./forward.js";
import { inferRound, isInferred } from "./infer.js";
import type { LayerEngine } from "./layer-engine.js";
import { macroEngine } from "./macro-engine.js";
import { programRound } from "./program-round.js";
import type { RunSetup } from "./run-setup.js";
import type { StepStore } from "./step-store.js";
import type { Stopwatch } from "./stopwatch.js";

/** Images whose every ADC code is compared. */
export const comparedImages = 100;

/** What all rounds of a run share. */
export interface RoundJob extends RunSetup {
  network: QuantizedNetwork;
  placement: Placement;
  exact: LayerEngine;
  steps: StepStore;
  watch: Stopwatch;
}

/** What the rounds find, added to by each. */
export interface RoundFindings {
  /** Levels per ADC step, by tile. */
  adcStepLevels: number[];
  /** The subject's programming reports, by tile. */
  programming: Map<number, ProgramReport>;
  /** Layer -> counts of code pairs. */
  tallies: Map<string, CodeTally>;
}

/**
 * One round: program the tiles that fit at once into both macros, choose their ADC steps, compare codes on the first
 * images, take all images through. Each of these is saved when it is done; a round that is finished is not programmed again.
 */
export async function performRound(
  job: RoundJob,
  round: number,
  findings: RoundFindings,
  context: JobContext,
): Promise<void> {
  const { steps, watch, network, placement, subject, reference } = job;
  const key = `round ${String(round).padStart(4, "0")}`;
  const isDone =
    ["adc steps", "program", "compare codes"].every((step) => steps.has(step, key)) &&
    ["reference", "subject"].every((role) => isInferred(role, job.inputs.images.count, round, steps));
  const program = (role: "subject" | "reference") =>
    watch.timeAsync("program", () => programRound(role, job[role], network, placement, round, context));

  if (!isDone) await program("reference");
  const chosen = await steps.once("adc steps", key, () => chooseSteps(job, round, context));
  watch.add("choose ADC steps", chosen.seconds);
  findings.adcStepLevels.push(...chosen.value);
  if (!isDone) {
    const tiles = placement.tiles.filter((tile) => tile.round === round);
    const adcStepLevels = tiles.map(({ array, tile }) => ({ array, levels: findings.adcStepLevels[tile] }));
    for (const macro of [reference, subject]) await macro.configure({ adcStepLevels }, context);
    steps.save("program", key, { json: await program("subject") }, 0);
  }
  const reports = steps.load("program", key)!.json as { tile: number; report: ProgramReport }[];
  for (const { tile, report } of reports) findings.programming.set(tile, report);

  const compared = await steps.once("compare codes", key, () => compareRound(job, round, context));
  watch.add("compare codes", compared.seconds);
  mergeTallies(findings.tallies, compared.value);

  for (const role of ["reference", "subject"] as const) {
    const engine = macroEngine(job[role], placement, findings.adcStepLevels, job.isRecorded ? 1 : undefined);
    await inferRound(role, network, job.inputs.images, engine, round, steps, context);
  }
}

/** The ADC steps of a round's tiles, chosen on the reference with training images. */
async function chooseSteps(job: RoundJob, round: number, context: JobContext): Promise<number[]> {
  const { network, placement, exact, reference } = job;
  const images = job.inputs.calibration;
  const tiles = placement.tiles.filter((tile) => tile.round === round);
  const activations = await activationsOf(network, exact, images, 0, images.count);
  return chooseAdcSteps(reference, network, placement, tiles, activations, images.count, context.signal);
}

/** Every layer's codes of one round, on the first images, in a form that is saved. */
async function compareRound(job: RoundJob, round: number, context: JobContext): Promise<Record<string, TallyJson>> {
  const { network, placement, exact } = job;
  const { images } = job.inputs;
  const count = Math.min(comparedImages, images.count);
  const layers = matrixLayers(network);
  const tallies = new Map<string, CodeTally>();
  // In small batches: all codes of a hundred images would not fit memory at once.
  const batch = 10;
  for (let first = 0; first < count; first += batch) {
    const here = Math.min(batch, count - first);
    const activations = await activationsOf(network, exact, images, first, here);
    for (const layer of layers) {
      const tally = await compareLayerCodes(job, placement, layer, round, activations, here, first, context);
      if (tally) mergeTallies(tallies, { [layer.id]: tally.toJson() });
    }
    context.progress?.({ label: "comparing codes", done: first + here, total: count, unit: "images" });
  }
  return Object.fromEntries([...tallies].map(([layer, tally]) => [layer, tally.toJson()]));
}

function mergeTallies(into: Map<string, CodeTally>, from: Record<string, TallyJson>): void {
  for (const [layer, tally] of Object.entries(from)) {
    const sum = into.get(layer) ?? new CodeTally();
    sum.merge(tally);
    into.set(layer, sum);
  }
}

/** Exact activations of every node for a few images. */
async function activationsOf(
  network: QuantizedNetwork,
  exact: LayerEngine,
  images: LabelledImages,
  first: number,
  count: number,
): Promise<Map<string, FeatureMap>> {
  const state = enter(toNetworkInput(images, network.input, first, count), count);
  await forward(network, exact, state, { round: 0, firstImage: first });
  return state.activations;
}
