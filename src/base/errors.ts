/**
 * Every failure that a person can cause or cure is a NasError: a stable code (`NAS_<ROOM>_<WHAT>`), a message that
 * names the offending value and where it stands, and a hint what to do. docs/errors.md lists every code, and
 * test/unit/base/errors.test.ts holds the two together.
 *
 * The table gives each code its exit code (docs/errors.md, "Exit codes"):
 * 2 = the command line or a config is wrong, 3 = an input file or dataset is wrong or missing,
 * 4 = a macro or driver failed, 5 = something the machine should provide is missing,
 * 6 = the work itself failed (numbers went wrong), 7 = the record store refused, 130 = interrupted.
 */
export const errorCodes = {
  NAS_CONFIG_UNKNOWN_KEY: 2,
  NAS_CONFIG_INVALID: 2,
  NAS_CONFIG_NOT_FOUND: 2,
  NAS_CONFIG_NOT_JSON: 2,
  NAS_CLI_USAGE: 2,
  NAS_FILE_REFUSED: 5,
  NAS_DATA_NOT_FOUND: 3,
  NAS_DATA_UNKNOWN: 3,
  NAS_DATA_MALFORMED: 3,
  NAS_DATA_HASH: 3,
  NAS_DATA_DOWNLOAD: 3,
  NAS_DATA_SELECTION: 2,
  NAS_DATA_DECODER: 5,
  NAS_NETWORK_NOT_FOUND: 3,
  NAS_NETWORK_INVALID: 3,
  NAS_NETWORK_SHAPE: 3,
  NAS_NETWORK_GRAPH: 3,
  NAS_NETWORK_WEIGHTS: 3,
  NAS_NETWORK_MISMATCH: 3,
  NAS_MAPPING_IMPOSSIBLE: 4,
  NAS_MACRO_DRIVER_NOT_FOUND: 4,
  NAS_MACRO_DRIVER_FAILED: 4,
  NAS_MACRO_DRIVER_OPTIONS: 4,
  NAS_MACRO_CONTRACT: 4,
  NAS_MACRO_RANGE: 4,
  NAS_MACRO_REPLAY: 4,
  NAS_WIRE_PROTOCOL: 4,
  NAS_WIRE_VERSION: 4,
  NAS_WIRE_LOST: 4,
  NAS_WIRE_OUTCOME_UNKNOWN: 4,
  NAS_WIRE_CAPTURE: 3,
  NAS_BOARD_PTY: 5,
  NAS_BOARD_SERIALPORT: 5,
  NAS_BOARD_NOT_FOUND: 4,
  NAS_BOARD_PERMISSION: 5,
  NAS_BOARD_IN_USE: 4,
  NAS_BOARD_PORT: 4,
  NAS_BOARD_SILENT: 4,
  NAS_BOARD_OTHER: 4,
  NAS_BOARD_LINK: 4,
  NAS_BOARD_CONTENTS: 4,
  NAS_BOARD_CALIBRATION: 4,
  NAS_BOARD_LIMIT: 4,
  NAS_BOARD_LEDGER: 4,
  NAS_BOARD_STOPPED: 4,
  NAS_BOARD_MEMORY: 4,
  NAS_BOARD_FAILED: 4,
  NAS_BOARD_VERIFY: 5,
  NAS_MACRO_CALL_FAILED: 4,
  NAS_MACRO_LATCHED: 4,
  NAS_MACRO_DEVICE_HELD: 4,
  NAS_KERNEL_MISSING: 5,
  NAS_KERNEL_FAILED: 6,
  NAS_RECORD_NOT_FOUND: 7,
  NAS_RECORD_STORE: 7,
  NAS_RECORD_DAMAGED: 7,
  NAS_RECORD_VERSION: 7,
  NAS_RUN_RESUME: 7,
  NAS_RUN_NOT_REPRODUCED: 6,
  NAS_REPORT_FAILED: 6,
  NAS_COST_COMPONENTS: 3,
  NAS_COST_GOLDEN: 3,
  NAS_COST_HARDWARE: 2,
  NAS_COST_UNMAPPABLE: 4,
  NAS_TRAIN_TENSORFLOW: 5,
  NAS_TRAIN_RECIPE: 2,
  NAS_TRAIN_CHECKPOINT: 3,
  NAS_TRAIN_OUTPUT: 2,
  NAS_TRAIN_DIVERGED: 6,
  NAS_TRAIN_MEMORY: 6,
  NAS_SEARCH_SPACE: 2,
  NAS_SEARCH_GENOTYPE: 2,
  NAS_REGRESS_PLAN: 2,
  NAS_SEARCH_OBJECTIVE: 2,
  NAS_SEARCH_SETTINGS: 2,
  NAS_SEARCH_ORACLE: 3,
  NAS_SEARCH_TEACHER: 3,
  NAS_SEARCH_RESUME: 7,
  NAS_INTERRUPTED: 130,
} as const;

/** A stable error code; see docs/errors.md. */
export type ErrorCode = keyof typeof errorCodes;

/** What a NasError says beyond its message. */
export interface ErrorDetails {
  /** What the person can do about it, one sentence. */
  hint: string;
  /** The values that make the failure reproducible: file, key, expected, found. Plain JSON, never a secret. */
  context?: Record<string, unknown>;
  /** The error underneath. */
  cause?: unknown;
}

/** The one error class of nas4cim; match on `code`, never on the message. */
export class NasError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly context: Record<string, unknown>;
  /** The process exit code of a command that ends with this error. */
  readonly exitCode: number;

  constructor(code: ErrorCode, message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "NasError";
    this.code = code;
    this.hint = details.hint;
    this.context = details.context ?? {};
    this.exitCode = errorCodes[code];
  }
}

/** Whether `error` is a NasError, of the given code where one is given; works across copies of this package. */
export function isNasError(error: unknown, code?: ErrorCode): error is NasError {
  if (!(error instanceof Error) || error.name !== "NasError" || !("code" in error)) return false;
  return code === undefined || error.code === code;
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What the operating system said in refusing a file, a folder or a stream; undefined for any other error. */
export function systemRefusal(error: unknown): NasError | undefined {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return undefined;
  const { code, path } = error as NodeJS.ErrnoException;
  return new NasError("NAS_FILE_REFUSED", error.message, {
    hint: systemHints[code ?? ""] ?? "see what the system says, and give another path",
    context: { code, path },
    cause: error,
  });
}

const systemHints: Readonly<Record<string, string>> = {
  ENOSPC: "make room on the disk, or give a path on another",
  EACCES: "give a path that you may read and write",
  EPERM: "give a path that you may read and write",
  EROFS: "give a path on a disk that can be written",
  EEXIST: "give a path where no file stands",
  ENOTDIR: "give a path that goes through folders alone",
  EISDIR: "give the path of a file",
  ENOENT: "give a path that is there",
};

/** Throws NAS_INTERRUPTED where the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new NasError("NAS_INTERRUPTED", "interrupted", { hint: "run the command again to go on" });
}
