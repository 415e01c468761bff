import { CommanderError } from "commander";
import { inspect } from "node:util";
import { isNasError, type NasError, systemRefusal } from "../base/errors.js";
import { packageVersion } from "../base/paths.js";
import { withoutDisguise } from "../base/printable.js";
import { shellQuoted } from "../report/words.js";
import { commandLine } from "./command-line.js";
import { defectExitCode } from "./exit-codes.js";
import { usageError } from "./usage-error.js";

/** A failure as stderr shows it, and the exit code that goes with it. `verbose` adds the causes with their stacks. */
export function explainFailure(error: unknown, verbose: boolean): { text: string; exitCode: number } {
  if (error instanceof CommanderError) {
    // --help and --version end this way too; they have said what they had to.
    return error.exitCode === 0 ? { text: "", exitCode: 0 } : explainFailure(usageError(error), verbose);
  }
  if (isNasError(error)) return { text: explained(error, verbose), exitCode: error.exitCode };
  const refusal = systemRefusal(error);
  if (refusal !== undefined) return explainFailure(refusal, verbose);
  const versions = `nas4cim ${packageVersion()}, Node ${process.versions.node}, ${process.platform} ${process.arch}`;
  const text = `this is a defect of nas4cim, please report it with these lines (${versions}):\n${inspect(error)}\n`;
  return { text, exitCode: defectExitCode };
}

function explained(error: NasError, verbose: boolean): string {
  const { runId, config } = error.context;
  if (error.code === "NAS_INTERRUPTED" && typeof runId === "string") {
    return `${error.code}: ${error.message}\ngo on with: ${commandLine("run", "--resume", runId, ...(typeof config === "string" ? ["--config", shellQuoted(config)] : []))}\n`;
  }
  const lines = [`${error.code}: ${error.message}`];
  for (const [key, value] of Object.entries(error.context)) {
    if (value !== undefined) lines.push(`  ${key}: ${shown(value, verbose)}`);
  }
  lines.push(`hint: ${error.hint}`);
  if (verbose) {
    lines.push(error.stack ?? "");
    if (error.cause !== undefined) lines.push(`caused by: ${inspect(error.cause)}`);
  } else if (error.cause !== undefined) lines.push("(--verbose shows the cause)");
  return withoutDisguise(`${lines.join("\n")}\n`);
}

const mostShown = 200;

function shown(value: unknown, verbose: boolean): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return verbose || text.length <= mostShown ? text : `${text.slice(0, mostShown)}…`;
}
