import { isNasError } from "../base/errors.js";

/**
 * Throws what went wrong where something did, in work that went on side by side. A macro that refuses everything after a
 * fault is told by that fault: which of the calls met it first is chance.
 */
export function throwFirstFailure(ends: readonly PromiseSettledResult<unknown>[]): void {
  for (const end of ends) {
    if (end.status !== "rejected") continue;
    const reason: unknown = end.reason;
    throw isNasError(reason, "NAS_MACRO_LATCHED") ? reason.cause : reason;
  }
}
