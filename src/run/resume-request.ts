import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { NasError } from "../base/errors.js";
import { configuredFolder } from "../data/dataset-facts.js";
import type { StoredRun } from "../store/stored-run.js";
import { macroChoice } from "./resolve-request.js";
import type { MacroChoice, RunConfiguration, RunRequest } from "./run-request.js";

/**
 * The configuration that a run goes on with. Which macros, images and seed is fixed by the run; limits and paths are those of
 * the config as it is now, so that a misspelt limit or a folder that moved is no end of it. Whether what lies at the paths is
 * still the same, contents.ts tells.
 * @throws NAS_RUN_RESUME where the request asks for something that the run has fixed
 */
export function resumedConfiguration(request: RunRequest, run: StoredRun): RunConfiguration {
  const stored = run.configuration as RunConfiguration;
  refuseFixed(request, run.id, stored);
  const { config, resolve: fromConfig } = request.config;
  const { dataPath: _old, ...kept } = stored;
  const dataPath = configuredFolder(config.data, stored.dataset);
  return {
    ...kept,
    configPath: request.config.path,
    subject: currentChoice(request, stored.subject),
    reference: currentChoice(request, stored.reference),
    networkFolder: networkFolderOf(request, stored),
    ...(dataPath === undefined ? {} : { dataPath: fromConfig(dataPath) }),
    limits: structuredClone(config.limits ?? {}),
  };
}

/** A macro as the config describes it now; as it was where the config no longer names it. */
function currentChoice(request: RunRequest, stored: MacroChoice): MacroChoice {
  const isThere = Object.hasOwn(request.config.config.macros, stored.name);
  return isThere ? macroChoice(request, stored.name) : stored;
}

/** Where a stored run's network lies: as the request says, else where it was, else where the config's default is. */
export function networkFolderOf(
  request: Pick<RunRequest, "config" | "network">,
  { networkFolder }: RunConfiguration,
): string {
  if (request.network !== undefined) return resolve(request.network);
  const { config, resolve: fromConfig } = request.config;
  return existsSync(networkFolder) ? networkFolder : fromConfig(config.defaults.network);
}

/** Flags that are not called as their key. */
const flags: Readonly<Record<string, string>> = {
  onSubject: "--on-subject",
  offsetCorrection: "--no-offset-correction",
};

function refuseFixed(request: RunRequest, runId: string, stored: RunConfiguration): void {
  const fixed: Record<
    "subject" | "reference" | "dataset" | "images" | "seed" | "onSubject" | "chips" | "writings" | "offsetCorrection",
    unknown
  > = {
    subject: stored.subject.name,
    reference: stored.reference.name,
    dataset: stored.dataset,
    images: stored.images,
    seed: stored.seed,
    onSubject: stored.onSubject?.join(","),
    chips: stored.population?.chips,
    writings: stored.population?.writings,
    offsetCorrection: stored.offsetCorrection ?? false,
  };
  const asked = Object.entries(fixed).filter(([name, value]) => {
    const given = request[name as keyof typeof fixed];
    const wanted = name === "onSubject" ? request.onSubject?.toSorted().join(",") : given;
    return wanted !== undefined && wanted !== value;
  });
  const refused = [
    ...asked.map(([name]) => flags[name] ?? `--${name}`),
    ...(request.recordPath === undefined ? [] : ["--record"]),
  ];
  if (refused.length === 0) return;
  const was = asked.map(([name, value]) => `${name} ${String(value)}`).join(", ");
  throw new NasError(
    "NAS_RUN_RESUME",
    `run ${runId} goes on as it was started${was === "" ? "" : `, with ${was}`}: ${refused.join(", ")} cannot be given with --resume`,
    {
      hint:
        request.recordPath === undefined
          ? `leave ${refused.join(", ")} out, or start a new run`
          : "a recording would lack what is done already: start a new run with --record",
      context: { runId, refused },
    },
  );
}
