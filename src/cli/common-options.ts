import type { Command } from "commander";

/** --config, for commands that need to know the bench. */
export function addConfigOption(command: Command): void {
  command.option(
    "--config <file>",
    "the bench's config; else ./bench.config.json, else the one that comes with nas4cim",
  );
}

/** --json, for commands with a result. */
export function addJsonOption(command: Command): void {
  command.option("--json", "print the result as one JSON document");
}

/** --quiet, for commands with progress. */
export function addQuietOption(command: Command): void {
  command.option("--quiet", "show no progress and no remarks on stderr");
}
