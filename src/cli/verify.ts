import type { Command } from "commander";
import { loadBenchConfig } from "../config/bench-config.js";
import { NasError } from "../base/errors.js";
import type { Verification } from "../run/verify-run.js";
import { addConfigOption, addJsonOption, addQuietOption } from "./common-options.js";
import { wholeNumber } from "./option-values.js";
import { printJson, printResult } from "./output.js";
import { runJob } from "./run-job.js";
import { textTable } from "./text/text-table.js";

interface VerifyOptions {
  network?: string;
  threads?: number;
  config?: string;
  json?: boolean;
  quiet?: boolean;
}

/** `nas4cim verify`: a finished run checked from its record, and made again. */
export function addVerifyCommand(program: Command): void {
  const command = program
    .command("verify")
    .description("check the stored bytes of a finished run, make the run again and compare")
    .argument("<run>", 'a run\'s id, the beginning of it, or "latest"')
    .option("--network <folder>", "where the run's network lies now, if it moved")
    .option("--threads <number>", "worker threads; results do not depend on it", wholeNumber("--threads", 1, 1024));
  addConfigOption(command);
  addJsonOption(command);
  addQuietOption(command);
  command.action(async (run: string, { config, json, quiet = false, ...rest }: VerifyOptions) => {
    const loaded = loadBenchConfig(config);
    const { verifyRun } = await import("../run/verify-run.js");
    const verification = await runJob(quiet, (context) => verifyRun({ config: loaded, run, ...rest }, context));
    if (json) printJson(verification);
    else printResult(describe(verification));
    if (!verification.isVerified) throw notReproduced(verification);
  });
}

function describe({ runId, checks, resultHash }: Verification): string {
  const rows = checks.map(({ what, isPassed, said }) => [isPassed ? "ok" : "FAILED", what, said]);
  return `run ${runId}\n\n${textTable(rows)}\n\nresult ${resultHash.again}`;
}

function notReproduced({ runId, checks, resultHash }: Verification): NasError {
  const failed = checks.filter(({ isPassed }) => !isPassed);
  return new NasError(
    "NAS_RUN_NOT_REPRODUCED",
    `run ${runId} was not reproduced: ${failed.map(({ said }) => said).join(" ")}`,
    {
      hint: "put back what it was made from; where that is the same, `nas4cim doctor` examines the installation",
      context: { runId, ...resultHash },
    },
  );
}
