import { type Command } from "commander";
import { join, resolve } from "node:path";
import { NasError } from "../base/errors.js";
import { packageRoot } from "../base/paths.js";
import { loadBenchConfig } from "../config/bench-config.js";
import type { Schedule } from "../cost/pixel-times.js";
import { loadHardware } from "../cost/presets.js";
import { type ProfileName, profiles } from "../cost/profile.js";
import { datasetOf } from "../data/dataset-facts.js";
import type { SearchOutcome } from "../search/run-search.js";
import { type Metric, metrics, type SearchSettings } from "../search/search-settings.js";
import { readObjective } from "../search/significance/objective.js";
import { loadSpace } from "../search/space/load-space.js";
import { defaultSupernet } from "../search/supernet/supernet-settings.js";
import { addConfigOption, addJsonOption, addQuietOption } from "./common-options.js";
import { oneOf, positiveNumber, wholeNumber } from "./option-values.js";
import { printJson, printResult } from "./output.js";
import { runJob } from "./run-job.js";
import { selectionsText } from "./text/search-text.js";

interface SearchOptions {
  space: string;
  objective: string[];
  teacher?: string;
  dataset: string;
  data?: string;
  seed: number;
  searchImages: number;
  epochs: number;
  lambda: number;
  candidates: number;
  top: number;
  metric: Metric;
  hardware: string;
  profile: ProfileName;
  schedule: Schedule;
  activationBits: number;
  weightBits: number;
  cacheGb: number;
  resume?: string;
  config?: string;
  json?: boolean;
  quiet?: boolean;
}

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
    .option("--cache-gb <number>", "disk that teachers' maps may take", positiveNumber("--cache-gb"), 8)
    .option("--resume <search>", "go on with this search; only objectives may be given anew");
  addConfigOption(command);
  addJsonOption(command);
  addQuietOption(command);
  command.action(async (options: SearchOptions) => {
    const { json, quiet = false } = options;
    const outcome = await search(options, quiet);
    if (json) printJson(outcome);
    else printResult(selectionsText(outcome.searchId, outcome.selections));
  });
}

async function search(options: SearchOptions, quiet: boolean): Promise<SearchOutcome> {
  const names = options.objective.length > 0 ? options.objective : ["accuracy", "edp", "balanced"];
  const objectives = names.map((objective) => ({ objective, weights: readObjective(objective) }));
  const { storeFolder } = loadBenchConfig(options.config);
  const common = { storeFolder, objectives, cacheBytes: options.cacheGb * 1e9 };
  const { resume } = options;
  // Checked and read before the training code is loaded, which takes a second.
  const request =
    resume === undefined
      ? {
          ...common,
          settings: settingsOf(options),
          seed: options.seed,
          teacherFolder: teacherOf(options),
          ...(options.data === undefined ? {} : { dataPath: resolve(options.data) }),
        }
      : { ...common, resume };
  const { runSearch } = await import("../search/run-search.js");
  return runJob(quiet, (context) => runSearch(request, context));
}

function settingsOf(options: SearchOptions): SearchSettings {
  const { epochs, candidates, top, metric, profile, schedule } = options;
  return {
    space: loadSpace(options.space),
    dataset: datasetOf(options.dataset),
    supernet: { ...defaultSupernet, images: options.searchImages, epochs, distillation: options.lambda },
    candidates,
    top,
    metric,
    hardware: loadHardware(options.hardware),
    profile,
    schedule,
    precision: { activationBits: options.activationBits, weightBits: options.weightBits },
  };
}

/** Teachers that come with nas4cim, by data set. */
const shippedTeachers: Readonly<Record<string, string>> = {
  "fashion-mnist": "fixtures/networks/fashion-mnist-teacher",
};

function teacherOf({ teacher, dataset }: SearchOptions): string {
  if (teacher !== undefined) return resolve(teacher);
  if (Object.hasOwn(shippedTeachers, dataset)) return join(packageRoot(), shippedTeachers[dataset]);
  throw new NasError("NAS_CLI_USAGE", `no teacher for ${dataset} comes with nas4cim`, {
    hint: "train one (nas4cim train) and name its folder with --teacher",
    context: { dataset },
  });
}

function nonNegative(text: string): number {
  const value = Number(text);
  if (/^[\d.]+(e[+-]?\d+)?$/i.test(text) && Number.isFinite(value) && value >= 0) return value;
  throw new NasError("NAS_CLI_USAGE", `--lambda is "${text}"`, {
    hint: "give a number from 0 on",
    context: { value: text },
  });
}
