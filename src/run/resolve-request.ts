import { resolve } from "node:path";
import { NasError } from "../base/errors.js";
import { nearestName } from "../base/nearest.js";
import { configuredFolder, datasetOf } from "../data/dataset-facts.js";
import type { MacroChoice, PopulationSize, RunConfiguration, RunRequest } from "./run-request.js";

/** Fills a request from the config's defaults. @throws NAS_CONFIG_INVALID, NAS_DATA_UNKNOWN */
export function resolveRequest(request: RunRequest): RunConfiguration {
  const { config, resolve: fromConfig } = request.config;
  const { defaults } = config;
  const dataset = datasetOf(request.dataset ?? defaults.dataset);
  const dataPath = configuredFolder(config.data, dataset);
  return {
    configPath: request.config.path,
    subject: macroChoice(request, request.subject ?? defaults.subject),
    reference: macroChoice(request, request.reference ?? defaults.reference),
    // A path typed on the command line begins where the person stands, one in the config where the config is.
    networkFolder: request.network === undefined ? fromConfig(defaults.network) : resolve(request.network),
    dataset,
    ...(dataPath === undefined ? {} : { dataPath: fromConfig(dataPath) }),
    images: request.images ?? defaults.images,
    seed: request.seed ?? defaults.seed,
    ...(request.onSubject === undefined ? {} : { onSubject: [...new Set(request.onSubject)].sort() }),
    offsetCorrection: request.offsetCorrection ?? true,
    ...(request.chips === undefined ? {} : { population: populationSize(request) }),
    limits: structuredClone(config.limits ?? {}),
  };
}

/** @throws NAS_CONFIG_INVALID */
function populationSize({ chips = 1, writings = 2, recordPath, onSubject }: RunRequest): PopulationSize {
  if (onSubject !== undefined) {
    throw new NasError("NAS_CONFIG_INVALID", "chips are told apart by whole networks, not by chosen layers", {
      hint: "leave out --on-subject or --chips",
      context: { chips, onSubject },
    });
  }
  if (recordPath !== undefined) {
    throw new NasError("NAS_CONFIG_INVALID", "a recording is of one chip", {
      hint: "leave out --record or --chips",
      context: { chips },
    });
  }
  return { chips, writings };
}

/** A macro's entry in the config. @throws NAS_CONFIG_INVALID where it has none of that name */
export function macroChoice({ config: loaded }: Pick<RunRequest, "config">, name: string): MacroChoice {
  const macros = loaded.config.macros;
  if (!Object.hasOwn(macros, name)) {
    const nearest = nearestName(name, Object.keys(macros));
    throw new NasError("NAS_CONFIG_INVALID", `${loaded.path} has no macro "${name}"`, {
      hint: nearest ? `did you mean "${nearest}"?` : `its macros: ${Object.keys(macros).join(", ")}`,
      context: { macro: name, known: Object.keys(macros) },
    });
  }
  const { driver, options, calibration } = macros[name];
  return {
    name,
    driver,
    options: structuredClone(options ?? {}),
    ...(calibration === undefined ? {} : { calibration: loaded.resolve(calibration) }),
    configFolder: loaded.folder,
  };
}
