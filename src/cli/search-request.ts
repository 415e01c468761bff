import { join, resolve } from "node:path";
import { NasError } from "../base/errors.js";
import { packageRoot } from "../base/paths.js";
import type { LoadedConfig } from "../config/bench-config.js";
import type { Schedule } from "../cost/pixel-times.js";
import { loadHardware } from "../cost/presets.js";
import type { ProfileName } from "../cost/profile.js";
import { configuredFolder, datasetOf } from "../data/dataset-facts.js";
import { macroChoice } from "../run/resolve-request.js";
import type { ResumeRequest, SearchRequest } from "../search/run-search.js";
import type { Metric, SearchSettings } from "../search/search-settings.js";
import { readObjective } from "../search/significance/objective.js";
import { loadSpace } from "../search/space/load-space.js";
import { defaultSupernet } from "../search/supernet/supernet-settings.js";
import { type CostLimitOptions, limitsOf } from "./cost-limit-options.js";

/** What a command line says of a search. */
export interface SearchOptions extends CostLimitOptions {
  train: boolean;
  chip?: string;
  chipImages: number;
  recipe: string;
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

/** The search that a command line asks for, or the one that it goes on with. @throws NAS_CLI_USAGE, NAS_SEARCH_*, NAS_CONFIG_INVALID */
export function searchRequest(options: SearchOptions, config: LoadedConfig): SearchRequest | ResumeRequest {
  const names = options.objective.length > 0 ? options.objective : ["accuracy", "edp", "balanced"];
  const limits = limitsOf(options);
  const objectives = names.map((objective) => ({ objective, weights: readObjective(objective), limits }));
  const common = { storeFolder: config.storeFolder, objectives, cacheBytes: options.cacheGb * 1e9 };
  const { resume, seed } = options;
  if (resume !== undefined) return { ...common, resume };
  const settings = settingsOf(options, config);
  return { ...common, settings, seed, teacherFolder: teacherOf(options), ...dataPathOf(options, config) };
}

/** As for every command: what is said, else what the config says. */
function dataPathOf(
  { data, dataset }: SearchOptions,
  { config, resolve: fromConfig }: LoadedConfig,
): { dataPath?: string } {
  if (data !== undefined) return { dataPath: resolve(data) };
  const configured = configuredFolder(config.data, datasetOf(dataset));
  return configured === undefined ? {} : { dataPath: fromConfig(configured) };
}

function settingsOf(options: SearchOptions, config: LoadedConfig): SearchSettings {
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
    ...(options.chip === undefined ? {} : { chip: chipOf(options.chip, options, config) }),
  };
}

function chipOf(subject: string, { chipImages, seed }: SearchOptions, config: LoadedConfig): SearchSettings["chip"] {
  const macros = {
    subject: macroChoice({ config }, subject),
    reference: macroChoice({ config }, config.config.defaults.reference),
  };
  return { ...macros, images: chipImages, seed };
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
