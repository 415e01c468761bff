import { isNasError, NasError } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import { interruptedExitCode } from "./exit-codes.js";
import { ProgressLine } from "./text/progress-line.js";

/** One press of Ctrl-C may arrive twice: from the terminal, and from npm, which passes on what the terminal sent already. */
const samePressMs = 300;

/**
 * Does a long job with progress and log on stderr (`quiet`: neither). The first SIGINT or SIGTERM asks the job to stop, the
 * second ends the process at once. A job that stops because it was asked fails with NAS_INTERRUPTED.
 */
export async function runJob<T>(quiet: boolean, job: (context: JobContext) => Promise<T>): Promise<T> {
  const line = new ProgressLine(process.stderr);
  const controller = new AbortController();
  let firstMs = 0;
  const interrupt = () => {
    if (!controller.signal.aborted) {
      firstMs = performance.now();
      line.log("stopping at the next safe place; Ctrl-C again ends at once");
      controller.abort();
    } else if (performance.now() - firstMs > samePressMs) {
      line.end();
      process.exit(interruptedExitCode);
    }
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  const { signal } = controller;
  try {
    if (quiet) return await job({ signal });
    return await job({ signal, progress: (event) => line.show(event), log: (text) => line.log(text) });
  } catch (error) {
    if (!signal.aborted || isNasError(error, "NAS_INTERRUPTED")) throw error;
    throw new NasError("NAS_INTERRUPTED", "interrupted", { hint: "run the command again", cause: error });
  } finally {
    line.end();
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}
