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

/** --network, where a network without weights will do. */
export const networkHelp =
  'a name such as resnet20 or cifar-10-balanced, a space and a genotype ("cifar-10-a:[b3][c3][b3]"), a graph file, or the folder of a network';
