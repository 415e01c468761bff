import type { Command } from "commander";
import { runSummary, runsTable } from "../report/terminal.js";
import { addConfigOption, addJsonOption } from "./common-options.js";
import { printJson, printResult } from "./output.js";
import { withStore } from "./stored-runs.js";

/** `nas4cim show`: one run. */
export function addShowCommand(program: Command): void {
  const command = program
    .command("show")
    .description("show one run; with --json a finished run's document, as `run --json` printed it")
    .argument("<run>", 'its id, the beginning of it, or "latest"');
  addConfigOption(command);
  addJsonOption(command);
  command.action(async (wanted: string, { config, json }: { config?: string; json?: boolean }) => {
    await withStore(config, (store) => {
      const run = store.getRun(wanted);
      if (run.status !== "finished") {
        // No document yet: what the store knows of a run that is under way, interrupted or failed.
        if (json) printJson(run);
        else printResult(runsTable([run]));
        return;
      }
      const document = store.document(run.id);
      if (json) printJson(document);
      else printResult(runSummary(document, store.measurements(run.id)));
    });
  });
}
