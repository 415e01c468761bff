import type { JobContext } from "../base/progress.js";
import { threadCount } from "../base/thread-count.js";
import { judgeRun } from "../record/judge-run.js";
import { jobHashOf } from "../record/run-contents.js";
import { inConfig } from "../config/in-config.js";
import { openStore, type RecordStore } from "../store/store.js";
import { renderReport } from "../report/page.js";
import { assertSameContents, beginRun, type BegunRun } from "./begin-run.js";
import { contentsOf } from "./contents.js";
import { giveUp } from "./give-up.js";
import { loadInputs } from "./load.js";
import { assertDrawsChips, openMacro, runFolderOf, summarizeMacro } from "./open-macro.js";
import { performRun } from "./perform-run.js";
import type { RunOutcome, RunRequest } from "./run-request.js";
import { StepStore } from "./step-store.js";
import { saveImages } from "./stored-images.js";
import { tellSinks } from "./tell-sinks.js";
import { trainingOf } from "./training-of.js";
import { writeReport } from "./write-report.js";

/**
 * The main job: load the network and images, quantize, map to tiles, program subject and reference, infer, compare,
 * record, report. The order itself stands in perform-run.ts; this is what surrounds it: configuration, record, resume.
 *
 * The run is in the record store from its first moment, and everything finished is there at once. A run that stops, however
 * it stops, can be resumed under its id and ends with the same bytes; it is not resumed where what decides its codes has
 * changed.
 * @throws NAS_INTERRUPTED with context.runId where the signal fires; NAS_RUN_RESUME where something changed under a resumed
 * run; and what configuration, readers, drivers, mapping and store throw
 */
export async function runBench(request: RunRequest, context: JobContext): Promise<RunOutcome> {
  return inConfig(request.config, () => runInStore(request, context));
}

async function runInStore(request: RunRequest, context: JobContext): Promise<RunOutcome> {
  using store = openStore(request.config.storeFolder);
  const begun = beginRun(request, store);
  try {
    return await carryOut(begun, request, store, context);
  } catch (error) {
    throw giveUp(store, begun, error, context);
  }
}

/** A run from its inputs to its report. */
async function carryOut(
  begun: BegunRun,
  request: RunRequest,
  store: RecordStore,
  context: JobContext,
): Promise<RunOutcome> {
  const { runId, startedAt, configuration, versions } = begun;
  if (configuration.population) await assertDrawsChips(configuration.subject);
  const threads = threadCount(request.threads, context.log);
  const started = performance.now();
  const inputs = await loadInputs(configuration, context, begun.stored);
  const loadSeconds = (performance.now() - started) / 1000;

  const simulation = { seed: configuration.seed, threads };
  await using reference = await openMacro(configuration.reference, simulation, context);
  await using subject = await openMacro(configuration.subject, simulation, context, request.recordPath);
  const macros = {
    subject: summarizeMacro(configuration.subject.name, subject),
    reference: summarizeMacro(configuration.reference.name, reference),
  };
  const contents = await contentsOf(configuration, inputs);
  assertSameContents(begun, contents);
  store.setFacts(runId, { configuration, contents, configHash: jobHashOf(contents), ...macros });
  context.log?.(
    `run ${runId}: ${inputs.images.count} images, subject ${macros.subject.description}, reference ${macros.reference.description}`,
  );
  if (inputs.images.source.caveat) context.log?.(`note: ${inputs.images.source.caveat}`);

  const isRecorded = request.recordPath !== undefined;
  const opened = { inputs, contents, macros, subject, reference, threads, isRecorded, loadSeconds };
  const setup = { runId, startedAt, configuration, versions, ...opened };
  const steps = new StepStore(store, runId);
  saveImages(inputs.images, steps);
  const document = await performRun(setup, steps, context);
  const measurements = judgeRun(document, configuration.limits);
  const runFolder = runFolderOf(store.folder, runId);
  const training = trainingOf(configuration.networkFolder, contents.network, context);
  const reportPath = writeReport(renderReport(document, training), runFolder);
  store.finishRun(runId, document, measurements);
  await tellSinks(request.sinks ?? [], { document, measurements }, context);
  return { document, measurements, reportPath, runFolder };
}
