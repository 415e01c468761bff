import { availableParallelism } from "node:os";
import { isNasError, messageOf, NasError } from "../base/errors.js";
import { hashJson } from "../base/hash.js";
import { packageVersion } from "../base/paths.js";
import type { JobContext } from "../base/progress.js";
import type { Macro } from "../macro/macro.js";
import { RecordingMacro } from "../macro/recording.js";
import { judgeRun } from "../record/judge-run.js";
import { openStore, type RecordStore } from "../store/store.js";
import { renderReport } from "../report/page.js";
import { openMacro, runFolderOf, summarizeMacro } from "./open-macro.js";
import { loadInputs } from "./load.js";
import { resolveRequest } from "./resolve-request.js";
import type { RunConfiguration, RunOutcome, RunRequest } from "./run-request.js";
import { performRun } from "./perform-run.js";
import { StepStore } from "./step-store.js";
import { trainingOf } from "./training-of.js";
import { writeReport } from "./write-report.js";

/**
 * The main job: load the network and images, quantize, map to tiles, program subject and reference, infer, compare,
 * record, report. The order itself stands in perform-run.ts; this is what surrounds it: configuration, record, resume.
 *
 * Everything finished is in the record store at once. A run that stops, however it stops, can be resumed under its id and
 * ends with the same bytes.
 * @throws NAS_INTERRUPTED with context.runId where the signal fires; NAS_RUN_RESUME where network or images have changed
 * under a resumed run; and what configuration, readers, drivers, mapping and store throw
 */
export async function runBench(request: RunRequest, context: JobContext): Promise<RunOutcome> {
  const { storeFolder } = request.config;
  using store = openStore(storeFolder);
  const resumed = request.resume === undefined ? undefined : store.claimRun(request.resume);
  const configuration = resumed ? (resumed.configuration as RunConfiguration) : resolveRequest(request);
  if (resumed && request.recordPath !== undefined) {
    throw new NasError(
      "NAS_RUN_RESUME",
      "a resumed run cannot be recorded: the recording would lack what is done already",
      {
        hint: "start a new run with --record",
        context: { runId: resumed.id },
      },
    );
  }
  const configHash = hashJson(configuration);
  const threads = request.threads ?? availableParallelism();
  const versions = { nas4cim: packageVersion(), node: process.version };
  let runId = resumed?.id;
  try {
    const started = performance.now();
    const inputs = await loadInputs(configuration, context);
    const loadSeconds = (performance.now() - started) / 1000;
    if (
      resumed &&
      (resumed.networkHash !== inputs.stored.hash || resumed.dataFingerprint !== inputs.images.fingerprint)
    ) {
      throw new NasError(
        "NAS_RUN_RESUME",
        `run ${resumed.id} cannot go on: the ${resumed.networkHash !== inputs.stored.hash ? "network" : "images"} changed since it was started`,
        {
          hint: "start a new run",
          context: { runId: resumed.id, networkHash: inputs.stored.hash, dataFingerprint: inputs.images.fingerprint },
        },
      );
    }
    await using reference = await openMacro(configuration.reference, configuration.seed, threads, context);
    await using subject = await openSubject(configuration, request.recordPath, threads, context);
    const macros = {
      subject: summarizeMacro(configuration.subject.name, subject),
      reference: summarizeMacro(configuration.reference.name, reference),
    };
    const startedAt = resumed?.startedAt ?? new Date().toISOString();
    runId ??= store.createRun({
      configuration,
      configHash,
      networkHash: inputs.stored.hash,
      dataFingerprint: inputs.images.fingerprint,
      seed: configuration.seed,
      versions,
      ...macros,
      startedAt,
    });
    context.log?.(
      `run ${runId}: ${inputs.images.count} images, subject ${macros.subject.description}, reference ${macros.reference.description}`,
    );
    if (inputs.images.source.caveat) context.log?.(`note: ${inputs.images.source.caveat}`);
    const document = await performRun(
      {
        runId,
        startedAt,
        configuration,
        configHash,
        versions,
        inputs,
        macros,
        subject,
        reference,
        threads,
        isRecorded: request.recordPath !== undefined,
        loadSeconds,
      },
      new StepStore(store, runId),
      context,
    );
    const measurements = judgeRun(document, configuration.limits);
    const runFolder = runFolderOf(storeFolder, runId);
    const training = trainingOf(configuration.networkFolder, inputs.stored.hash, context);
    const reportPath = writeReport(renderReport(document, training), runFolder);
    store.finishRun(runId, document, measurements);
    return { document, measurements, reportPath, runFolder };
  } catch (error) {
    throw runId === undefined ? error : giveUp(store, runId, error);
  }
}

/** Opens the subject, with a recorder around it where a recording is wanted. */
async function openSubject(
  { subject: choice, seed }: RunConfiguration,
  recordPath: string | undefined,
  threads: number,
  context: JobContext,
): Promise<Macro> {
  const macro = await openMacro(choice, seed, threads, context);
  if (recordPath === undefined) return macro;
  try {
    return new RecordingMacro(macro, recordPath);
  } catch (error) {
    await macro[Symbol.asyncDispose]();
    throw error;
  }
}

/** Marks a run that stopped before its end, and says how to go on. */
function giveUp(store: RecordStore, runId: string, error: unknown): unknown {
  const code = isNasError(error) ? error.code : undefined;
  if (code === "NAS_INTERRUPTED") {
    store.setStatus(runId, "interrupted", { code, message: "interrupted" });
    return new NasError("NAS_INTERRUPTED", `run ${runId} was interrupted; what is done is kept`, {
      hint: `go on with: nas4cim run --resume ${runId}`,
      context: { runId },
      cause: error,
    });
  }
  store.setStatus(runId, "failed", { ...(code ? { code } : {}), message: messageOf(error) });
  return error;
}
