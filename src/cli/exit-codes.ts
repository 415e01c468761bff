import { errorCodes } from "../base/errors.js";

/** A failure that no NasError describes: a defect of nas4cim (BSD sysexits, EX_SOFTWARE). */
export const defectExitCode = 70;
/** A run whose figures lie outside its limits. */
export const limitExitCode = 1;
/** Ended by Ctrl-C or SIGTERM, as a shell reports SIGINT. */
export const interruptedExitCode = errorCodes.NAS_INTERRUPTED;
/** Something the machine should provide is missing. */
export const machineExitCode = errorCodes.NAS_KERNEL_MISSING;

/** What each exit code of the command means; docs/errors.md and --help show this table. */
export const exitCodes: Readonly<Record<number, string>> = {
  0: "done; all figures are within their limits",
  [limitExitCode]: "done, but a figure lies outside its limits",
  2: "the command line or a config is wrong",
  3: "an input file or a data set is wrong or missing",
  4: "a macro or its driver failed",
  [machineExitCode]: "something that the machine should provide is missing",
  6: "the work itself failed: numbers went wrong",
  7: "the run store refused",
  [defectExitCode]: "a defect of nas4cim",
  [interruptedExitCode]: "interrupted",
};
