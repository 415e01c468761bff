import { NasError } from "../base/errors.js";
import { packageVersion } from "../base/paths.js";
import { readNetwork, type StoredNetwork } from "../network/read-network.js";
import { checkLimits } from "../record/limits.js";
import { contentChanges, type ContentChange, type RunContents } from "../record/run-contents.js";
import type { RecordStore } from "../store/store.js";
import type { StoredRun } from "../store/stored-run.js";
import { checkOnSubject } from "./on-subject.js";
import { resolveRequest } from "./resolve-request.js";
import { resumedConfiguration } from "./resume-request.js";
import type { RunConfiguration, RunRequest } from "./run-request.js";

/** A run that is in the store and held by this process, before anything is loaded but its network. */
export interface BegunRun {
  runId: string;
  startedAt: string;
  configuration: RunConfiguration;
  versions: { nas4cim: string; node: string };
  stored: StoredNetwork;
  /** What the run was begun with, where it is taken up again. */
  resumed?: StoredRun;
}

/**
 * Enters a new run into the store, or takes up the one that the request names. What can be found wrong at once is found
 * before: macros and limits that are not there, a network that cannot be read.
 * @throws NAS_CONFIG_INVALID, NAS_RUN_RESUME, NAS_RECORD_NOT_FOUND, what readNetwork throws
 */
export function beginRun(request: RunRequest, store: RecordStore): BegunRun {
  const versions = { nas4cim: packageVersion(), node: process.version };
  const resumed = request.resume === undefined ? undefined : store.getRun(request.resume);
  const configuration = resumed ? resumedConfiguration(request, resumed) : resolveRequest(request);
  const stored = readNetwork(configuration.networkFolder);
  checkLimits(configuration.limits, layersOf(stored));
  checkOnSubject(configuration.onSubject, layersOf(stored));
  if (resumed) {
    store.claimRun(resumed.id);
    return { runId: resumed.id, startedAt: resumed.startedAt, configuration, versions, stored, resumed };
  }
  const startedAt = new Date().toISOString();
  const runId = store.createRun({
    configuration,
    seed: configuration.seed,
    versions,
    subject: { name: configuration.subject.name },
    reference: { name: configuration.reference.name },
    startedAt,
  });
  return { runId, startedAt, configuration, versions, stored };
}

/** The ids of the layers that get figures of their own. */
function layersOf({ description }: StoredNetwork): string[] {
  return description.nodes.filter(({ op }) => op === "conv" || op === "fc").map(({ id }) => id);
}

/**
 * Sees to it that a run that is taken up again works on what it was begun with, by content.
 * @throws NAS_RUN_RESUME naming all that changed
 */
export function assertSameContents({ runId, versions, resumed }: BegunRun, contents: RunContents): void {
  // It stopped before anything was loaded: nothing is done yet that another content could contradict.
  if (resumed?.networkHash === undefined) return;
  if (resumed.contents === undefined) {
    throw new NasError(
      "NAS_RUN_RESUME",
      `run ${runId} was started by nas4cim ${resumed.versions.nas4cim}, which kept no hashes of what decides its codes`,
      { hint: "start a new run: whether the chip is still the same cannot be told", context: { runId } },
    );
  }
  const changes = contentChanges(resumed.contents, contents);
  if (resumed.versions.nas4cim !== versions.nas4cim) {
    changes.unshift({ what: "nas4cim", then: resumed.versions.nas4cim, now: versions.nas4cim });
  }
  if (changes.length > 0) throw changedSince(runId, changes);
}

function changedSince(runId: string, changes: readonly ContentChange[]): NasError {
  const named = changes.map(({ what }) => (what === "nas4cim" ? what : `the ${what}`)).join(" and ");
  return new NasError("NAS_RUN_RESUME", `run ${runId} cannot go on: ${named} changed since it was started`, {
    hint: "put back what was there, or start a new run",
    context: { runId, changes },
  });
}
