import type { Command } from "commander";
import { runsTable } from "./text/run-text.js";
import { addConfigOption, addJsonOption } from "./common-options.js";
import { wholeNumber } from "./option-values.js";
import { printJson, printResult } from "./output.js";
import { filterHelp, runFilter } from "./run-filter.js";
import { withStore } from "./stored-runs.js";

interface RunsOptions {
  filter: string[];
  config?: string;
  limit: number;
  json?: boolean;
}

/** `nas4cim runs`: what the store has, newest first. */
export function addRunsCommand(program: Command): void {
  const command = program
    .command("runs")
    .description("list the runs of the store, newest first")
    .option(
      "--filter <name=text>",
      "those alone that meet it; may be given several times",
      (text, all: string[]) => [...all, text],
      [],
    )
    .option("--limit <number>", "at most so many", wholeNumber("--limit", 1, 1_000_000), 20)
    .addHelpText("after", filterHelp());
  addConfigOption(command);
  addJsonOption(command);
  command.action(async ({ config, filter, limit, json }: RunsOptions) => {
    const wanted = runFilter(filter);
    const runs = await withStore(config, (store) => store.listRuns({ limit, wanted }));
    if (json) printJson(runs);
    else printResult(runsTable(runs));
  });
}
