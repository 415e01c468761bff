import type { Command } from "commander";
import { resolve } from "node:path";
import { mostThreads } from "../base/thread-count.js";
import { loadBenchConfig } from "../config/bench-config.js";
import type { Measurement } from "../record/measurement.js";
import type { RunOutcome, RunRequest } from "../run/run-request.js";
import { addConfigOption, addJsonOption, addQuietOption } from "./common-options.js";
import { limitExitCode } from "./exit-codes.js";
import { imageSelection, wholeNumber } from "./option-values.js";
import { printJson, printResult } from "./output.js";
import { runJob } from "./run-job.js";

type RunOptions = Pick<
  RunRequest,
  | "subject"
  | "reference"
  | "network"
  | "dataset"
  | "images"
  | "seed"
  | "chips"
  | "writings"
  | "threads"
  | "resume"
  | "onSubject"
> & { config?: string; record?: string; offsetCorrection: boolean; dryRun?: boolean; json?: boolean; quiet?: boolean };

/** `nas4cim run`: the main job. */
export function addRunCommand(program: Command): void {
  const command = program
    .command("run")
    .description("run a network on a subject and a reference macro, compare them and write the report")
    .option("--subject <macro>", "macro under test, a name from the config")
    .option("--reference <macro>", "macro it is compared with, a name from the config")
    .option("--network <folder>", "network to run")
    .option("--dataset <name>", "fashion-mnist, cifar-10 or folder:PATH with pictures")
    .option("--images <which>", "smoke (100), ci (500), report (2000), full, or a number", imageSelection)
    .option("--seed <number>", "seed of all simulated randomness", wholeNumber("--seed", 0, 2 ** 32 - 1))
    .option(
      "--chips <number>",
      "run on so many chips drawn from the subject's calibration",
      wholeNumber("--chips", 2, 1000),
    )
    .option("--writings <number>", "with --chips: write each so often (2)", wholeNumber("--writings", 2, 100))
    .option("--no-offset-correction", "leave the ADCs' offsets in the sums")
    .option(
      "--threads <number>",
      `worker threads, at most ${mostThreads()} on this machine; results do not depend on it`,
      wholeNumber("--threads", 1, 1024),
    )
    .option(
      "--on-subject <layers>",
      "layers that run on the subject, with commas between them; the rest runs on the reference",
      layerList,
    )
    .option("--dry-run", "say what would be written into the subject's cells, and write nothing")
    .option("--record <file>", "write every call to the subject into this file, for the replay driver")
    .option("--resume <run>", 'go on with a run that stopped: its id, the beginning of it, or "latest"');
  addConfigOption(command);
  addJsonOption(command);
  addQuietOption(command);
  command.action(async ({ config, record, offsetCorrection, dryRun, json, quiet = false, ...choices }: RunOptions) => {
    const loaded = loadBenchConfig(config);
    if (dryRun) {
      const { plannedWritesInWords, planWrites } = await import("../run/dry-run.js");
      const plan = await runJob(quiet, (context) => planWrites({ ...choices, config: loaded }, context));
      if (json) printJson(plan);
      else printResult(plannedWritesInWords(plan));
      return;
    }
    // Only what was typed: a run that is resumed has its own.
    const correction = offsetCorrection ? {} : { offsetCorrection };
    const recordPath = record === undefined ? {} : { recordPath: resolve(record) };
    // Loaded here: the wrong command line should not wait for echarts and the kernels.
    const { runBench } = await import("../run/run.js");
    const outcome = await runJob(quiet, (context) =>
      runBench({ ...choices, ...correction, ...recordPath, config: loaded }, context),
    );
    if (json) printJson(outcome.document);
    else printResult(await describe(outcome));
    if (outcome.measurements.some(({ verdict }) => verdict === "fail")) {
      // With --json the verdicts stand on stderr: stdout holds the document alone.
      if (json) process.stderr.write(failedLimits(outcome.measurements));
      process.exitCode = limitExitCode;
    }
  });
}

async function describe({ document, measurements, reportPath }: RunOutcome): Promise<string> {
  const { runSummary } = await import("./text/run-text.js");
  return `${runSummary(document, measurements)}\n\nreport: ${reportPath}`;
}

function failedLimits(measurements: readonly Measurement[]): string {
  return measurements
    .filter(({ verdict }) => verdict === "fail")
    .map(({ name, value, unit, limits }) => {
      const bounds = [
        limits?.min === undefined ? "" : `min ${limits.min}`,
        limits?.max === undefined ? "" : `max ${limits.max}`,
      ];
      return `outside its limits: ${name} is ${value} ${unit} (${bounds.filter((text) => text !== "").join(", ")})\n`;
    })
    .join("");
}

function layerList(text: string): string[] {
  return text
    .split(",")
    .map((id) => id.trim())
    .filter((id) => id !== "");
}
