/**
 * A command of its own for tests of interruption: a job of 100 steps through the cli's runJob and fail. Arguments: "stop" heeds
 * the signal between steps, "deaf" does not, "abort" ends with the signal's own reason and no NasError.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { NasError } from "../../src/base/errors.js";
import { explainFailure } from "../../src/cli/fail.js";
import { printResult } from "../../src/cli/output.js";
import { runJob } from "../../src/cli/run-job.js";

const [manner] = process.argv.slice(2);

try {
  await runJob(false, async ({ signal, progress, log }) => {
    log?.("started");
    for (let step = 0; step < 100; step++) {
      progress?.({ label: "working", done: step, total: 100, unit: "steps" });
      await sleep(50, undefined, manner === "abort" ? { signal } : {});
      if (manner === "stop" && signal?.aborted) {
        throw new NasError("NAS_INTERRUPTED", "interrupted", { hint: "resume", context: { runId: "run-7" } });
      }
    }
  });
  printResult("finished");
} catch (error) {
  const { text, exitCode } = explainFailure(error, false);
  process.stderr.write(text);
  process.exitCode = exitCode;
}
