import type { JobContext } from "../base/progress.js";
import { sharePool } from "../kernels/worker-pool.js";
import { commonSpec } from "../mapping/common-spec.js";
import { placeNetwork } from "../mapping/place-network.js";
import { quantize } from "../network/quantize.js";
import type { RunDocument } from "../record/run-document.js";
import { buildDocument } from "./build-document.js";
import { costOfRun } from "./cost-of-run.js";
import { offsetsByTile } from "./dark-read.js";
import { exactEngine } from "./exact-engine.js";
import { collectInference, inferRound } from "./infer.js";
import { comparedAtOnce, comparedImages } from "./compare-round.js";
import { ExactActivations } from "./exact-activations.js";
import { performPopulation } from "./perform-population.js";
import { performRound, type RoundFindings, type RoundJob } from "./perform-round.js";
import { plannedWrites, plannedWritesInWords } from "./dry-run.js";
import { subjectWith } from "./on-subject.js";
import type { RunSetup } from "./run-setup.js";
import type { StepStore } from "./step-store.js";
import { Stopwatch } from "./stopwatch.js";
import { firstImages, uncorrectedRole } from "./uncorrected.js";

/**
 * The run itself: quantize, map, infer in exact integers, then round by round on both macros, and put all of it into one
 * document. Both macros get the same placement, the same ADC steps, the same inputs. Where all tiles fit at once there is
 * one round; else what waits between rounds is in the record.
 */
export async function performRun(setup: RunSetup, steps: StepStore, context: JobContext): Promise<RunDocument> {
  const { stored, images, wholeSetFingerprint } = setup.inputs;
  const watch = new Stopwatch();
  watch.add("load", setup.loadSeconds);
  const network = watch.time("quantize", () => quantize(stored));
  const spec = commonSpec(setup.subject.spec, setup.reference.spec);
  const placement = watch.time("map", () => placeNetwork(network, spec));

  await using lease = sharePool(setup.threads);
  const exact = await exactEngine(network, lease.pool);
  await inferRound("integer", network, images, exact, 0, steps, context);

  const findings: RoundFindings = {
    adcStepLevels: [],
    programming: new Map(),
    tallies: new Map(),
    darkReads: { subject: [], reference: [] },
  };
  const { calibration } = setup.inputs;
  const compared = Math.min(comparedImages, images.count);
  const { onSubject } = setup.configuration;
  const job: RoundJob = {
    ...setup,
    subject: subjectWith(onSubject, setup.subject, setup.reference, placement),
    network,
    placement,
    calibration: new ExactActivations(network, exact, calibration, calibration.count, calibration.count),
    compared: new ExactActivations(network, exact, images, compared, comparedAtOnce),
    steps,
    watch,
  };
  // Where cells wear, a person should know beforehand.
  if (setup.subject.condition) context.log?.(plannedWritesInWords(plannedWrites(setup.subject, placement, onSubject)));
  for (let round = 0; round < placement.rounds; round++) await performRound(job, round, findings, context);

  const passOf = (role: string, rounds: number, count = images.count) => {
    const pass = collectInference(role, count, rounds, steps);
    watch.add(`infer ${role}`, pass.seconds);
    return pass;
  };
  const inference = {
    integer: passOf("integer", 1),
    reference: passOf("reference", placement.rounds),
    subject: passOf("subject", placement.rounds),
    ...(offsetsByTile(findings.darkReads.subject) && {
      uncorrected: passOf(uncorrectedRole, placement.rounds, firstImages(images).count),
    }),
  };
  const codes = new Map(
    [...findings.tallies].map(([layer, tally]) => [layer, { images: compared, ...tally.summary() }]),
  );
  const { adcStepLevels, programming, darkReads } = findings;
  const size = setup.configuration.population;
  const population = size && (await performPopulation(job, adcStepLevels, size, context));
  const document = buildDocument({
    ...setup,
    stored,
    network,
    images,
    wholeSetFingerprint,
    placement,
    adcStepLevels,
    programming,
    darkReads,
    population,
    inference,
    codes,
    steps: watch.timings(),
  });
  const cost = costOfRun(stored.description, spec);
  // Beside what the result hash covers: a better cost model must not make an old result another one.
  return cost === undefined ? document : { ...document, cost };
}
