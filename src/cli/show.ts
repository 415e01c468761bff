import type { Command } from "commander";
import { runSummary, runsTable } from "./text/run-text.js";
import { searchSummary } from "./text/search-summary.js";
import { trainingSummary } from "./text/training-text.js";
import { addConfigOption, addJsonOption } from "./common-options.js";
import { printJson, printResult } from "./output.js";
import type { StoredRun } from "../store/stored-run.js";
import { withStore } from "./stored-runs.js";
import { printable } from "../base/printable.js";

/** `nas4cim show`: one run, one training or one search. */
export function addShowCommand(program: Command): void {
  const command = program
    .command("show")
    .description("show one run, training or search; with --json a finished run's document, as `run --json` printed it")
    .argument("<run>", 'the id of a run, a training or a search, the beginning of it, or "latest" for the newest run');
  addConfigOption(command);
  addJsonOption(command);
  command.action(async (wanted: string, { config, json }: { config?: string; json?: boolean }) => {
    await withStore(config, (store) => {
      const { kind, id } = store.find(wanted);
      if (kind === "search") {
        const search = store.searches.document(id);
        if (json) printJson(search);
        else printResult(searchSummary(search));
        return;
      }
      if (kind === "training") {
        const training = store.trainings.document(id);
        if (json) printJson(training);
        else printResult(trainingSummary(training));
        return;
      }
      const run = store.getRun(id);
      if (run.status !== "finished") {
        // No document yet: what the store knows of a run that is under way, interrupted or failed.
        if (json) printJson(run);
        else printResult(runsTable([run]));
        return;
      }
      const document = store.document(run.id);
      if (json) printJson(document);
      else printResult([runSummary(document, store.measurements(run.id)), remarks(run)].join(""));
    });
  });
}

/** What people said of a run. */
function remarks({ tags, note }: StoredRun): string {
  const lines = [
    ...(tags.length === 0 ? [] : [`tags ${tags.join(", ")}`]),
    ...(note === undefined ? [] : [`note ${note}`]),
  ];
  return lines.map((line) => `\n${printable(line)}`).join("");
}
