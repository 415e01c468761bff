import { type ErrorCode, NasError, isNasError, messageOf } from "../base/errors.js";
import { type MacroIdentity, nameOf } from "./macro.js";

/** What a macro may be asked. */
export type MacroCall = "configure" | "program" | "readback" | "compute";

/** Failures after which a macro is as it was: it refused, lacks an answer, or was asked to stop. */
const harmless: readonly ErrorCode[] = ["NAS_MACRO_RANGE", "NAS_MACRO_CONTRACT", "NAS_MACRO_REPLAY", "NAS_INTERRUPTED"];

/** Whether what a driver threw leaves it unknown what state the macro is in. */
export function isHardFault(error: unknown): boolean {
  return !(isNasError(error) && harmless.includes(error.code));
}

/**
 * What a driver threw in a call, in nas4cim's words: its own NasError as it is, the end of a wait that the signal broke
 * off as NAS_INTERRUPTED, and any other error as NAS_MACRO_CALL_FAILED with the driver's error as its cause.
 */
export function callFailure(
  identity: MacroIdentity,
  call: MacroCall,
  arrays: readonly number[],
  error: unknown,
  signal?: AbortSignal,
): NasError {
  if (isNasError(error)) return error;
  // Node's own waits end so: timers/promises, events.once, streams and sockets.
  if (signal?.aborted && (error === signal.reason || (error instanceof Error && error.name === "AbortError")))
    return new NasError("NAS_INTERRUPTED", "interrupted", { hint: "run the command again to go on", cause: error });
  const where = arrays.length === 1 ? ` on array ${arrays[0]}` : "";
  return new NasError("NAS_MACRO_CALL_FAILED", `${nameOf(identity)} failed in ${call}${where}: ${messageOf(error)}`, {
    hint: "the driver's own error is the cause (--verbose shows it); mend it, then go on with nas4cim run --resume",
    context: {
      driver: identity.driver,
      chipId: identity.chipId,
      call,
      ...(where === "" ? { arrays } : { array: arrays[0] }),
    },
    cause: error,
  });
}

/** What a macro says to every call after a hard fault. */
export function latchedFailure(identity: MacroIdentity, call: MacroCall, fault: NasError): NasError {
  return new NasError(
    "NAS_MACRO_LATCHED",
    `${nameOf(identity)} takes no ${call} any more since it failed: ${fault.message}`,
    {
      hint: "see to the board and its link, then go on with nas4cim run --resume",
      context: { driver: identity.driver, chipId: identity.chipId, call, fault: fault.code },
      cause: fault,
    },
  );
}
