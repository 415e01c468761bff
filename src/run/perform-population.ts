import type { JobContext } from "../base/progress.js";
import { type DarkRead, offsetsByTile, readDark } from "./dark-read.js";
import { collectInference, inferRound, isInferred } from "./infer.js";
import { macroEngine } from "./macro-engine.js";
import { openMacro } from "./open-macro.js";
import type { RoundJob } from "./perform-round.js";
import { configureRound, programRound } from "./program-round.js";

/** One writing of one chip of the population. */
export interface Written {
  chip: number;
  writing: number;
  chipId: string;
  /** [images] predicted classes. */
  predictions: Uint8Array;
}

/**
 * The run's images on further chips, drawn by the subject's driver from its calibration, each written several times: chip by
 * chip, writing by writing, with the placement and the ADC steps of the run and each chip's own offsets corrected. Chip 0
 * under writing 0 is the subject itself. Every finished chunk is saved, as the subject's are.
 */
export async function performPopulation(
  job: RoundJob,
  adcStepLevels: readonly number[],
  { chips, writings }: { chips: number; writings: number },
  context: JobContext,
): Promise<Written[]> {
  const population: Written[] = [];
  for (let chip = 0; chip < chips; chip++) {
    for (let writing = 0; writing < writings; writing++) {
      const isSubject = chip === 0 && writing === 0;
      const role = isSubject ? "subject" : `chip ${chip + 1} of ${chips}, writing ${writing + 1} of ${writings}`;
      const chipId = isSubject
        ? job.subject.identity.chipId
        : (await job.steps.once(role, "", () => writeChip(job, adcStepLevels, { role, chip, writing }, context))).value;
      const { predictions, seconds } = collectInference(role, job.inputs.images.count, job.placement.rounds, job.steps);
      if (!isSubject) job.watch.add("infer other chips", seconds);
      population.push({ chip, writing, chipId, predictions });
    }
  }
  return population;
}

/** Takes all images through one writing of one chip; gives the chip's id. */
async function writeChip(
  job: RoundJob,
  adcStepLevels: readonly number[],
  { role, chip, writing }: { role: string; chip: number; writing: number },
  context: JobContext,
): Promise<string> {
  const { configuration, network, placement, steps, threads } = job;
  const { images } = job.inputs;
  const simulation = { seed: configuration.seed + writing, threads, chip };
  await using macro = await openMacro(configuration.subject, simulation, context);
  const darkReads: DarkRead[] = [];
  for (let round = 0; round < placement.rounds; round++) {
    if (isInferred(role, images.count, round, steps)) continue;
    await programRound(role, macro, network, placement, round, context);
    if (configuration.offsetCorrection) darkReads.push(await readDark(macro, placement, round, context));
    await configureRound([macro], placement, round, adcStepLevels, context);
    const engine = macroEngine(macro, placement, adcStepLevels, undefined, offsetsByTile(darkReads));
    await inferRound(role, network, images, engine, round, steps, context);
  }
  return macro.identity.chipId;
}
