import type { Command } from "commander";
import { addConfigOption, addJsonOption } from "./common-options.js";
import { wholeNumber } from "./option-values.js";
import { printJson, printResult } from "./output.js";
import { withStore } from "./stored-runs.js";
import { searchesTable } from "./text/search-text.js";

interface SearchesOptions {
  config?: string;
  limit: number;
  json?: boolean;
}

/** `nas4cim searches`: the searches that the store has, newest first. */
export function addSearchesCommand(program: Command): void {
  const command = program
    .command("searches")
    .description("list the searches of the store, newest first; show, select and report take their ids")
    .option("--limit <number>", "at most so many", wholeNumber("--limit", 1, 1_000_000), 20);
  addConfigOption(command);
  addJsonOption(command);
  command.action(async ({ config, limit, json }: SearchesOptions) => {
    const searches = await withStore(config, (store) => store.searches.list({ limit }));
    if (json) printJson(searches);
    else printResult(searchesTable(searches));
  });
}
