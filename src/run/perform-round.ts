import type { JobContext } from "../base/progress.js";
import type { ProgramReport } from "../macro/macro.js";
import type { Placement } from "../mapping/placement.js";
import type { QuantizedNetwork } from "../network/quantized-network.js";
import { chooseAdcSteps } from "./choose-adc-steps.js";
import { CodeTally, type TallyJson } from "./code-tally.js";
import { compareRound } from "./compare-round.js";
import { type DarkRead, offsetsByTile, readDark } from "./dark-read.js";
import type { ExactActivations } from "./exact-activations.js";
import { inferRound, isInferred } from "./infer.js";
import { macroEngine } from "./macro-engine.js";
import { configureRound, programRound } from "./program-round.js";
import type { RunSetup } from "./run-setup.js";
import type { StepStore } from "./step-store.js";
import { ConditionWatch } from "./watch-condition.js";
import type { Stopwatch } from "./stopwatch.js";
import { firstImages, uncorrectedRole } from "./uncorrected.js";

/** What all rounds of a run share. */
export interface RoundJob extends RunSetup {
  network: QuantizedNetwork;
  placement: Placement;
  /** Of the training images that ADC steps are chosen on: one batch. */
  calibration: ExactActivations;
  /** Of the first images, whose codes are compared. */
  compared: ExactActivations;
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
  /** What was read of each macro's ADC offsets, round by round; empty where they are not to be corrected. */
  darkReads: Record<Role, DarkRead[]>;
}

export type Role = "subject" | "reference";

/**
 * One round: program the tiles that fit at once into both macros, choose their ADC steps, read their ADCs' offsets, compare
 * codes on the first images, take all images through. Each of these is saved when it is done; a round that is finished is not programmed again.
 */
export async function performRound(
  job: RoundJob,
  round: number,
  findings: RoundFindings,
  context: JobContext,
): Promise<void> {
  const { steps, watch, network, placement, subject, reference } = job;
  const { images } = job.inputs;
  const key = `round ${String(round).padStart(4, "0")}`;
  const offsetSteps = job.configuration.offsetCorrection ? ["offsets reference", "offsets subject"] : [];
  const isDone =
    ["adc steps", "program", ...offsetSteps, "compare codes"].every((step) => steps.has(step, key)) &&
    ["reference", "subject"].every((role) => isInferred(role, images.count, round, steps)) &&
    (offsetSteps.length === 0 || steps.has("without correction", key));
  const program = (role: Role) =>
    watch.timeAsync("program", () => programRound(role, job[role], network, placement, round, context));

  if (!isDone) await program("reference");
  const chosen = await steps.once("adc steps", key, () => chooseSteps(job, round, context));
  watch.add("choose ADC steps", chosen.seconds);
  findings.adcStepLevels.push(...chosen.value);
  if (!isDone) steps.save("program", key, { json: await program("subject") }, 0);
  for (const role of offsetSteps.length > 0 ? roles : []) {
    const read = await steps.once(`offsets ${role}`, key, () => readDark(job[role], placement, round, context));
    watch.add("read offsets", read.seconds);
    findings.darkReads[role].push(read.value);
  }
  if (!isDone) await configureRound([reference, subject], placement, round, findings.adcStepLevels, context);
  const reports = steps.load("program", key)!.json as { tile: number; report: ProgramReport }[];
  for (const { tile, report } of reports) findings.programming.set(tile, report);

  const compared = await steps.once("compare codes", key, () => compareRound(job, round, context));
  watch.add("compare codes", compared.seconds);
  mergeTallies(findings.tallies, compared.value);

  const engineOf = (role: Role, offsets?: Map<number, Float64Array>) =>
    macroEngine(job[role], placement, findings.adcStepLevels, job.isRecorded ? 1 : undefined, offsets);
  for (const role of roles) {
    const engine = engineOf(role, offsetsByTile(findings.darkReads[role]));
    using condition = new ConditionWatch(job[role], context);
    await inferRound(role, network, images, engine, round, steps, condition.context);
  }
  if (offsetSteps.length === 0) return;
  if (offsetsByTile(findings.darkReads.subject))
    await inferRound(uncorrectedRole, network, firstImages(images), engineOf("subject"), round, steps, context);
  if (!steps.has("without correction", key)) steps.save("without correction", key, { json: {} }, 0);
}

const roles: readonly Role[] = ["reference", "subject"];

/** The ADC steps of a round's tiles, chosen on the reference with training images. */
async function chooseSteps(job: RoundJob, round: number, context: JobContext): Promise<number[]> {
  const { network, placement, reference } = job;
  const tiles = placement.tiles.filter((tile) => tile.round === round);
  const { activations, count } = await job.calibration.of(0);
  return chooseAdcSteps(reference, network, placement, tiles, activations, count, context.signal);
}

function mergeTallies(into: Map<string, CodeTally>, from: Record<string, TallyJson>): void {
  for (const [layer, tally] of Object.entries(from)) {
    const sum = into.get(layer) ?? new CodeTally();
    sum.merge(tally);
    into.set(layer, sum);
  }
}
