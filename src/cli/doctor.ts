import type { Command } from "commander";
import { loadBenchConfig, type LoadedConfig } from "../config/bench-config.js";
import { loadDataset } from "../data/load-dataset.js";
import { installTensorflow } from "../engine/install/install-tensorflow.js";
import type { Check } from "./checks/check.js";
import { checkChromium } from "./checks/chromium.js";
import { checkDataset } from "./checks/dataset.js";
import { checkCacheFolder, checkStoreFolder } from "./checks/folders.js";
import { checkCores, checkKernel, checkNode, checkSqlite } from "./checks/runtime.js";
import { checkBuildTools, checkTensorflow, checkTrainingEngine } from "./checks/tensorflow.js";
import { addConfigOption, addJsonOption, addQuietOption } from "./common-options.js";
import { machineExitCode } from "./exit-codes.js";
import { oneOf } from "./option-values.js";
import { nextStep } from "./text/next-step.js";
import { printJson, printResult } from "./output.js";
import { runJob } from "./run-job.js";

interface DoctorOptions {
  config?: string;
  fix?: "tensorflow" | "data";
  json?: boolean;
  quiet?: boolean;
}

/** `nas4cim doctor`: what is here, what is missing, what that prevents and how to get it. */
export function addDoctorCommand(program: Command): void {
  const command = program
    .command("doctor")
    .description("tell what this machine has of what nas4cim needs, and install what it can")
    .option("--fix <what>", "install it first: tensorflow or data", oneOf("--fix", ["tensorflow", "data"]));
  addConfigOption(command);
  addJsonOption(command);
  addQuietOption(command);
  command.action(async (options: DoctorOptions) => {
    const config = loadBenchConfig(options.config);
    if (options.fix !== undefined) await fix(options.fix, config, options.quiet ?? false);
    const checks = await examine(config);
    const ready = checks.every(({ needed, state }) => state === "ok" || !needed);
    if (options.json) printJson({ format: "nas4cim-doctor", version: 1, ready, checks });
    else printResult(describe(checks, ready));
    if (!ready) process.exitCode = machineExitCode;
  });
}

async function fix(what: "tensorflow" | "data", config: LoadedConfig, quiet: boolean): Promise<void> {
  await runJob(quiet, async (context) => {
    if (what === "tensorflow") {
      await installTensorflow(context);
      return;
    }
    const request = { dataset: config.config.defaults.dataset, path: dataFolder(config) };
    for (const split of ["test", "train"] as const) await loadDataset({ ...request, split }, context);
  });
}

async function examine(config: LoadedConfig): Promise<Check[]> {
  const { dataset } = config.config.defaults;
  return [
    checkNode(),
    checkKernel(),
    checkCores(),
    checkSqlite(),
    checkStoreFolder(config.storeFolder),
    checkCacheFolder(),
    // The test images are judged on, some training images choose the ADC steps: a run needs both.
    await checkDataset(dataset, "test", dataFolder(config)),
    await checkDataset(dataset, "train", dataFolder(config)),
    await checkTensorflow(),
    await checkTrainingEngine(),
    ...checkBuildTools(),
    checkChromium(),
  ];
}

/** Where the config says that the data set of its defaults lies. */
function dataFolder({ config, resolve }: LoadedConfig): string | undefined {
  const folder = config.data?.[config.defaults.dataset];
  return folder === undefined ? undefined : resolve(folder);
}

function describe(checks: readonly Check[], ready: boolean): string {
  const width = Math.max(...checks.map(({ title }) => title.length));
  const lines = checks.flatMap(({ title, state, needed, found, prevents, cure }) => {
    const mark = state === "ok" ? "ok     " : needed ? "MISSING" : "absent ";
    const indent = " ".repeat(mark.length + width + 4);
    const line = `${mark}  ${title.padEnd(width)}  ${found}`;
    return state === "ok" ? [line] : [line, `${indent}prevents: ${prevents}`, `${indent}cure: ${cure}`];
  });
  const verdict = ready ? "`nas4cim run` can run here" : "`nas4cim run` cannot run here yet";
  return [
    ...lines,
    "",
    verdict,
    ...(ready ? [nextStep("a first run, of 100 images", "run", "--images", "smoke")] : []),
  ].join("\n");
}
