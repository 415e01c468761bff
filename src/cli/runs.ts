import type { Command } from "commander";
import { runsTable } from "./text/run-text.js";
import { addConfigOption, addJsonOption } from "./common-options.js";
import { wholeNumber } from "./option-values.js";
import { printJson, printResult } from "./output.js";
import { withStore } from "./stored-runs.js";

interface RunsOptions {
  config?: string;
  limit: number;
  json?: boolean;
}

/** `nas4cim runs`: what the store has, newest first. */
export function addRunsCommand(program: Command): void {
  const command = program
    .command("runs")
    .description("list the runs of the store, newest first")
    .option("--limit <number>", "at most so many", wholeNumber("--limit", 1, 1_000_000), 20);
  addConfigOption(command);
  addJsonOption(command);
  command.action(async ({ config, limit, json }: RunsOptions) => {
    const runs = await withStore(config, (store) => store.listRuns({ limit }));
    if (json) printJson(runs);
    else printResult(runsTable(runs));
  });
}
