import type { Command } from "commander";
import { resolve } from "node:path";
import type { RecordStore } from "../store/store.js";
import type { Report } from "../report/page.js";
import type { RunConfiguration } from "../run/run-request.js";
import { addConfigOption, addJsonOption } from "./common-options.js";
import { printJson, printResult } from "./output.js";
import { withStore } from "./stored-runs.js";

interface ReportOptions {
  config?: string;
  out?: string;
  json?: boolean;
}

/** `nas4cim report`: writes the report of a run, a training or a search again. */
export function addReportCommand(program: Command): void {
  const command = program
    .command("report")
    .description(
      "write the report of a finished run, of a training or of a finished search again: one HTML file, and its figures as SVG",
    )
    .argument("<run>", 'the id of a run, a training or a search, the beginning of it, or "latest" for the newest run')
    .option("--out <folder>", "where to; else its own folder in the store");
  addConfigOption(command);
  addJsonOption(command);
  command.action(async (wanted: string, { config, out, json }: ReportOptions) => {
    const { runFolderOf } = await import("../run/open-macro.js");
    const { writeReport } = await import("../run/write-report.js");
    const reportPath = await withStore(config, async (store) => {
      const { kind, id } = store.find(wanted);
      const folder = out === undefined ? runFolderOf(store.folder, id) : resolve(out);
      return writeReport(await reports[kind](store, id), folder);
    });
    if (json) printJson({ report: reportPath });
    else printResult(reportPath);
  });
}

const reports = { run: runReport, training: trainingReport, search: searchReport };

async function runReport(store: RecordStore, id: string): Promise<Report> {
  const { renderReport } = await import("../report/page.js");
  const { trainingOf } = await import("../run/training-of.js");
  const document = store.document(id);
  const { networkFolder } = store.getRun(id).configuration as Partial<RunConfiguration>;
  return renderReport(document, trainingOf(networkFolder, document.run.networkHash));
}

async function trainingReport(store: RecordStore, id: string): Promise<Report> {
  const { renderTraining } = await import("../report/training-page.js");
  return renderTraining(store.trainings.document(id));
}

async function searchReport(store: RecordStore, id: string): Promise<Report> {
  const { renderSearch } = await import("../report/search-page.js");
  const { searchView } = await import("../search/report/search-view.js");
  const others = store.searches.ids().map((other) => store.searches.document(other));
  return renderSearch(searchView(store.searches.document(id), others));
}
