import type { Command } from "commander";
import { resolve } from "node:path";
import { addConfigOption, addJsonOption } from "./common-options.js";
import { printJson, printResult } from "./output.js";
import { withStore } from "./stored-runs.js";

interface ReportOptions {
  config?: string;
  out?: string;
  json?: boolean;
}

/** `nas4cim report`: writes a finished run's report again. */
export function addReportCommand(program: Command): void {
  const command = program
    .command("report")
    .description("write the report of a finished run again: one HTML file, and its figures as SVG")
    .argument("<run>", 'its id, the beginning of it, or "latest"')
    .option("--out <folder>", "where to; else the run's own folder in the store");
  addConfigOption(command);
  addJsonOption(command);
  command.action(async (wanted: string, { config, out, json }: ReportOptions) => {
    const { runFolderOf } = await import("../run/open-macro.js");
    const { writeReport } = await import("../run/run.js");
    const reportPath = await withStore(config, (store) => {
      const document = store.document(wanted);
      return writeReport(document, out === undefined ? runFolderOf(store.folder, document.run.id) : resolve(out));
    });
    if (json) printJson({ report: reportPath });
    else printResult(reportPath);
  });
}
