import { isNasError, messageOf, NasError } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import { isFoundByDefault } from "../config/bench-config.js";
import type { RecordStore } from "../store/store.js";
import type { BegunRun } from "./begin-run.js";

/**
 * Marks a run that stopped before its end, and gives the error to throw, which says how to go on. Where the store refuses
 * the mark, too, that is told beside the error and never in its place.
 */
export function giveUp(
  store: RecordStore,
  { runId, configuration }: Pick<BegunRun, "runId" | "configuration">,
  error: unknown,
  context: JobContext,
): unknown {
  // It was finished; what failed came after it, as the closing of a board may.
  if (!store.holds(runId)) return error;
  const code = isNasError(error) ? error.code : undefined;
  const isInterrupted = code === "NAS_INTERRUPTED";
  try {
    const message = isInterrupted ? "interrupted" : messageOf(error);
    store.setStatus(runId, isInterrupted ? "interrupted" : "failed", { ...(code ? { code } : {}), message });
  } catch (refusal) {
    context.log?.(`why run ${runId} stopped could not be kept: ${messageOf(refusal)}`);
  }
  if (!isInterrupted) return error;
  const { configPath } = configuration;
  // Without it another store might be looked into.
  const config = isFoundByDefault(configPath) ? undefined : configPath;
  return new NasError("NAS_INTERRUPTED", `run ${runId} was interrupted; what is done is kept`, {
    hint: `go on with: nas4cim run --resume ${runId}${config === undefined ? "" : ` --config ${config}`}`,
    context: { runId, ...(config === undefined ? {} : { config }) },
    cause: error,
  });
}
