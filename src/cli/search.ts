import { type Command } from "commander";
import { join, resolve } from "node:path";
import { NasError } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import { packageRoot } from "../base/paths.js";
import { loadBenchConfig } from "../config/bench-config.js";
import type { Schedule } from "../cost/pixel-times.js";
import { type ProfileName, profiles } from "../cost/profile.js";
import type { Deployed } from "../search/deploy.js";
import type { SearchOutcome } from "../search/run-search.js";
import { type Metric, metrics } from "../search/search-settings.js";
import { type SearchOptions, searchRequest } from "./search-request.js";
import { defaultSupernet } from "../search/supernet/supernet-settings.js";
import { addConfigOption, addJsonOption, addQuietOption } from "./common-options.js";
import { addCostLimitOptions } from "./cost-limit-options.js";
import { oneOf, positiveNumber, wholeNumber } from "./option-values.js";
import { printJson, printResult } from "./output.js";
import { runJob } from "./run-job.js";
import { deployedText, selectionsText } from "./text/search-text.js";

/** The training that chosen networks get where nothing else is said. */
const defaultRecipe = join(packageRoot(), "fixtures/recipes/fashion-mnist-accuracy-first.json");

/** `nas4cim search`: networks for a task and a hardware. */
export function addSearchCommand(program: Command): void {
  const command = program
    .command("search")
    .description("search a network for a task on compute-in-memory hardware (needs TensorFlow: nas4cim doctor)")
    .option("--space <which>", "a search space by name, or a JSON file of one's own", "fashion-mnist")
    .option(
      "--objective <which>",
      "accuracy, edp, balanced, or w=TASK,HARDWARE[,CHIP]; may be given several times (default: the first three)",
      (value: string, before: string[]) => [...before, value],
      [],
    )
    .option("--teacher <folder>", "the teacher network (default: the one that comes with nas4cim for the space)")
    .option("--dataset <name>", "what to search on", "fashion-mnist")
    .option("--data <folder>", "the data set's official files, where they are not to be looked for")
    .option("--seed <number>", "of weights and batches", wholeNumber("--seed", 0, 2 ** 32 - 1), 1)
    .option(
      "--search-images <number>",
      "training images to search on",
      wholeNumber("--search-images", 1, 10_000_000),
      defaultSupernet.images,
    )
    .option("--epochs <number>", "of each stage", wholeNumber("--epochs", 0, 100_000), defaultSupernet.epochs)
    .option("--lambda <number>", "weight of the distance to the teacher", nonNegative, defaultSupernet.distillation)
    .option("--candidates <number>", "networks to assemble", wholeNumber("--candidates", 1, 1_000_000), 200)
    .option("--top <number>", "K of the Top-K frequency", wholeNumber("--top", 1, 1_000_000), 20)
    .option("--metric <name>", "what the Top-K goes by", oneOf("--metric", metrics), "edp" as Metric)
    .option("--hardware <which>", "a preset such as eight-adcs-per-array, or a JSON file", "isaac-unit")
    .option(
      "--profile <name>",
      "of the cost model",
      oneOf("--profile", Object.keys(profiles) as ProfileName[]),
      "mnsim-2.0" as ProfileName,
    )
    .option(
      "--schedule <name>",
      "pipelined or sequential",
      oneOf<Schedule>("--schedule", ["pipelined", "sequential"]),
      "pipelined" as Schedule,
    )
    .option(
      "--activation-bits <number>",
      "activation bits that candidates are costed at",
      wholeNumber("--activation-bits", 1, 16),
      4,
    )
    .option("--weight-bits <number>", "weight bits likewise", wholeNumber("--weight-bits", 2, 16), 4)
    .option("--chip <macro>", "rate operators on this macro of the config, too: the third voice")
    .option(
      "--chip-images <number>",
      "held-out training images to rate them with",
      wholeNumber("--chip-images", 1, 1_000_000),
      500,
    )
    .option("--recipe <file>", "whose training the chosen networks get", defaultRecipe)
    .option("--no-train", "stop when the networks are chosen: neither training nor run")
    .option("--cache-gb <number>", "disk that teachers' maps may take", positiveNumber("--cache-gb"), 8)
    .option("--resume <search>", "go on with this search; only objectives may be given anew");
  addCostLimitOptions(command);
  addConfigOption(command);
  addJsonOption(command);
  addQuietOption(command);
  command.action(async (options: SearchOptions) => {
    const { json, quiet = false } = options;
    const outcome = await runJob(quiet, (context) => search(options, context));
    if (json) printJson(outcome);
    else
      printResult(
        [selectionsText(outcome.searchId, outcome.selections), deployedText(outcome.deployed)].join("\n\n").trimEnd(),
      );
  });
}

/** From images to networks on the bench: the search, then for each chosen network its training and its run. */
async function search(options: SearchOptions, context: JobContext): Promise<SearchOutcome & { deployed: Deployed[] }> {
  const config = loadBenchConfig(options.config);
  // Checked and read before the training code is loaded, which takes a second.
  const request = searchRequest(options, config);
  const { runSearch } = await import("../search/run-search.js");
  const outcome = await runSearch(request, context);
  if (!options.train) return { ...outcome, deployed: [] };
  const { deploy } = await import("../search/deploy.js");
  const { searchId, space, dataPath } = outcome;
  const templatePath = resolve(options.recipe);
  const deployed: Deployed[] = [];
  for (const selection of outcome.selections) {
    deployed.push(await deploy(selection, { config, searchId, space, templatePath, dataPath }, context));
  }
  return { ...outcome, deployed };
}

function nonNegative(text: string): number {
  const value = Number(text);
  if (/^[\d.]+(e[+-]?\d+)?$/i.test(text) && Number.isFinite(value) && value >= 0) return value;
  throw new NasError("NAS_CLI_USAGE", `--lambda is "${text}"`, {
    hint: "give a number from 0 on",
    context: { value: text },
  });
}
