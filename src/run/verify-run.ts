import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LoadedConfig } from "../config/bench-config.js";
import type { JobContext } from "../base/progress.js";
import { publishedVerdict } from "../record/published-results.js";
import { outcomeHashOf } from "../record/result-hash.js";
import { contentChanges } from "../record/run-contents.js";
import type { RunDocument } from "../record/run-document.js";
import { openStore, type RecordStore } from "../store/store.js";
import { networkFolderOf } from "./resume-request.js";
import { runBench } from "./run.js";
import type { RunConfiguration } from "./run-request.js";

/** What `verifyRun` checks a finished run by. */
export interface VerifyRequest {
  config: LoadedConfig;
  /** Its id, the beginning of it, or "latest". */
  run: string;
  /** Where its network lies now. */
  network?: string;
  threads?: number;
}

/** What came of it. Plain JSON; `nas4cim verify --json` prints it. */
export interface Verification {
  format: "nas4cim-verification";
  version: 1;
  runId: string;
  /** Whether all checks passed. */
  isVerified: boolean;
  checks: VerificationCheck[];
  resultHash: { stored: string; again: string };
}

export interface VerificationCheck {
  what: "the stored bytes" | "what it was made from" | "the result" | "the published result";
  isPassed: boolean;
  /** One sentence. */
  said: string;
}

/**
 * Checks a finished run from its record alone: the hashes of all that the store keeps of it, then the whole run again from the
 * same inputs, in a folder that is removed afterwards, compared by content and by result.
 * @throws NAS_RECORD_DAMAGED where the store's bytes are not what was written; NAS_RECORD_NOT_FOUND; what runBench throws
 */
export async function verifyRun(request: VerifyRequest, context: JobContext): Promise<Verification> {
  using store = openStore(request.config.storeFolder, { readOnly: true });
  const document = store.document(request.run);
  const runId = document.run.id;
  const steps = readAllSteps(store, runId);
  const again = await runAgain(store.getRun(runId).configuration as RunConfiguration, request, context);
  const checks = [
    passed("the stored bytes", `The document and ${steps} steps are what was written.`),
    ...compareContents(document, again),
    compareResults(document, again),
    ...comparePublished(again),
  ];
  return {
    format: "nas4cim-verification",
    version: 1,
    runId,
    isVerified: checks.every(({ isPassed }) => isPassed),
    checks,
    resultHash: { stored: document.run.resultHash, again: again.run.resultHash },
  };
}

/** Reads every step of a run, which checks its hashes; gives their number. */
function readAllSteps(store: RecordStore, runId: string): number {
  let steps = 0;
  for (const step of store.stepNames(runId)) {
    for (const key of store.stepKeys(runId, step)) {
      store.loadStep(runId, step, key);
      steps++;
    }
  }
  return steps;
}

/** The same run in a store of its own. Limits judge figures and are none, so that they are left out. */
async function runAgain(
  stored: RunConfiguration,
  { config, network, threads }: VerifyRequest,
  context: JobContext,
): Promise<RunDocument> {
  const storeFolder = mkdtempSync(join(tmpdir(), "nas4cim-verify-"));
  try {
    const { limits: _limits, ...unlimited } = config.config;
    const { subject, reference, dataset, images, seed, offsetCorrection = false, population = {} } = stored;
    const outcome = await runBench(
      {
        config: { ...config, config: unlimited, storeFolder },
        subject: subject.name,
        reference: reference.name,
        network: networkFolderOf({ config, network }, stored),
        dataset,
        images,
        seed,
        offsetCorrection,
        ...population,
        threads,
      },
      context,
    );
    return outcome.document;
  } finally {
    rmSync(storeFolder, { recursive: true, force: true });
  }
}

function compareContents({ run: then }: RunDocument, { run: now }: RunDocument): VerificationCheck[] {
  const what = "what it was made from";
  if (then.contents === undefined || now.contents === undefined) {
    return [passed(what, `nas4cim ${then.versions.nas4cim} kept no hashes of it; the results are compared alone.`)];
  }
  const changed = contentChanges(then.contents, now.contents).map((change) => change.what);
  if (changed.length === 0) return [passed(what, "Network, images, drivers, options and calibrations are the same.")];
  return [{ what, isPassed: false, said: `Another by now: ${changed.join(", ")}.` }];
}

function compareResults(document: RunDocument, again: RunDocument): VerificationCheck {
  const what = "the result";
  const isSame =
    document.version === 1
      ? outcomeHashOf(document) === outcomeHashOf(again)
      : document.run.resultHash === again.run.resultHash;
  if (isSame) return passed(what, "The run made again gives the same result.");
  const isMeasured = [document.run.subject, document.run.reference].some(({ kind }) => kind === "silicon");
  const chip = isMeasured ? " A chip reads differently each time: compare the figures within their intervals." : "";
  return { what, isPassed: false, said: `The run made again gives another result.${chip}` };
}

function comparePublished(again: RunDocument): VerificationCheck[] {
  const verdict = publishedVerdict(again);
  if (verdict === undefined) return [];
  const { isSame, published } = verdict;
  const job = `the shipped job on ${published.images}`;
  const said = isSame ? `It is the published one of ${job}.` : `It is not the published one of ${job}.`;
  return [{ what: "the published result", isPassed: isSame, said }];
}

function passed(what: VerificationCheck["what"], said: string): VerificationCheck {
  return { what, isPassed: true, said };
}
