import type { Command } from "commander";
import { configurationOf } from "../search/search-configuration.js";
import { reselect } from "../search/reselect.js";
import { metrics, type Metric } from "../search/search-settings.js";
import { readChipLosses } from "../search/significance/chip-losses.js";
import { readObjective } from "../search/significance/objective.js";
import { operatorWords } from "../search/space/choices.js";
import { layersOf } from "../search/space/explore.js";
import { addConfigOption, addJsonOption } from "./common-options.js";
import { addCostLimitOptions, type CostLimitOptions, limitsOf } from "./cost-limit-options.js";
import { oneOf, wholeNumber } from "./option-values.js";
import { printJson, printResult } from "./output.js";
import { withStore } from "./stored-runs.js";
import { selectionsText } from "./text/search-text.js";

interface SelectOptions extends CostLimitOptions {
  objective: string;
  top?: number;
  metric?: Metric;
  chipLosses?: string;
  config?: string;
  json?: boolean;
}

/** `nas4cim select`: another network from a finished search, without training. */
export function addSelectCommand(program: Command): void {
  const command = program
    .command("select")
    .description("choose a network anew from a finished search: other weights, another K, a chip's measured losses")
    .argument("<search>", 'the id of a search, the beginning of it, or "latest"')
    .requiredOption("--objective <which>", "accuracy, edp, balanced, or w=TASK,HARDWARE[,CHIP]")
    .option("--top <number>", "K of the Top-K frequency, if not the search's", wholeNumber("--top", 1, 1_000_000))
    .option("--metric <name>", "what the Top-K goes by, if not the search's", oneOf("--metric", metrics))
    .option("--chip-losses <file>", "points that operators lose on a chip, as the third voice");
  addCostLimitOptions(command);
  addConfigOption(command);
  addJsonOption(command);
  command.action(async (wanted: string, { config, json, chipLosses, ...options }: SelectOptions) => {
    const { objective, top, metric } = options;
    const request = { objective, top, metric, limits: limitsOf(options), weights: readObjective(objective) };
    const { searchId, selection } = await withStore(config, ({ searches }) => {
      const document = searches.document(wanted);
      const { space } = configurationOf(document.search).settings;
      const chip =
        chipLosses === undefined ? undefined : readChipLosses(chipLosses, layersOf(space), operatorWords(space));
      const chosen = reselect(document, request, chip);
      searches.saveSelection(document.search.id, chosen);
      return { searchId: document.search.id, selection: chosen };
    });
    if (json) printJson(selection);
    else printResult(selectionsText(searchId, [selection]));
  });
}
