import type { Command } from "commander";
import { isNasError, messageOf } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import { compareRuns, type PredictionPair } from "../record/compare-runs.js";
import type { RunDocument } from "../record/run-document.js";
import type { RecordStore } from "../store/store.js";
import { runComparison } from "./text/run-text.js";
import { addConfigOption, addJsonOption, addQuietOption } from "./common-options.js";
import { printJson, printResult } from "./output.js";
import { runJob } from "./run-job.js";
import { withStore } from "./stored-runs.js";

interface CompareOptions {
  config?: string;
  json?: boolean;
  quiet?: boolean;
}

/** `nas4cim compare`: two runs side by side, paired image by image wherever they took the same images. */
export function addCompareCommand(program: Command): void {
  const command = program
    .command("compare")
    .description("compare two runs: what differs in them, their accuracies and their code errors")
    .argument("<a>", 'a run\'s id, the beginning of it, or "latest"')
    .argument("<b>", "the other run; differences are b − a");
  addConfigOption(command);
  addJsonOption(command);
  addQuietOption(command);
  command.action(async (a: string, b: string, { config, json, quiet = false }: CompareOptions) => {
    const comparison = await withStore(config, async (store) => {
      const documents = [store.document(a), store.document(b)] as const;
      return compareRuns(...documents, await runJob(quiet, (context) => predictionsOf(store, documents, context)));
    });
    if (json) printJson(comparison);
    else printResult(runComparison(comparison));
  });
}

/** What both runs predicted on the images that both took; where that cannot be told, the comparison goes without, and says so. */
async function predictionsOf(
  store: RecordStore,
  documents: readonly [RunDocument, RunDocument],
  context: JobContext,
): Promise<PredictionPair | undefined> {
  const { predictionPair } = await import("./stored-predictions.js");
  try {
    return await predictionPair(store, documents, context);
  } catch (error) {
    if (!isNasError(error) || error.code === "NAS_INTERRUPTED") throw error;
    context.log?.(`the runs are compared without pairing their images: ${messageOf(error)}`);
    return undefined;
  }
}
