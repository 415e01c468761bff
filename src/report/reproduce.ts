import type { MacroContents } from "../record/run-contents.js";
import type { RunDocument } from "../record/run-document.js";
import { shellQuoted } from "./words.js";

/** The command line that makes a run again on the machine it was made on, quoted for a POSIX shell. */
export function reproduceCommand({ run, dataset, offsetCorrection, population }: RunDocument): string {
  const { places } = run;
  const options = [
    ...(places?.config === undefined ? [] : [["--config", places.config]]),
    ["--subject", run.subject.name],
    ["--reference", run.reference.name],
    ...(places === undefined ? [] : [["--network", places.network]]),
    ["--dataset", dataset.name],
    ["--images", dataset.selection],
    ["--seed", String(run.seed)],
    ...(population === undefined
      ? []
      : [
          ["--chips", String(population.chips)],
          ["--writings", String(population.writings)],
        ]),
  ];
  const command = `nas4cim run ${options.map(([name, value]) => `${name} ${shellQuoted(value)}`).join(" ")}`;
  return offsetCorrection === undefined ? `${command} --no-offset-correction` : command;
}

/** What that command needs to find, by content: on another machine its paths are others, the hashes are not. */
export function reproductionNeeds({ run, dataset }: RunDocument): string[] {
  const config =
    run.places === undefined
      ? ["--config and --network besides: this run was kept by a nas4cim that did not keep where they lay"]
      : run.places.config === undefined
        ? ["the config that comes with nas4cim, in a folder that has no bench.config.json of its own"]
        : [];
  const macros =
    run.contents === undefined
      ? []
      : [
          ...macroNeeds("subject", run.subject.name, run.contents.subject),
          ...macroNeeds("reference", run.reference.name, run.contents.reference),
        ];
  return [
    ...config,
    `the network of hash ${run.networkHash}`,
    `the images of fingerprint ${run.dataFingerprint}, which came from ${dataset.location}`,
    ...macros,
    `nas4cim ${run.versions.nas4cim}`,
  ];
}

function macroNeeds(role: string, name: string, { driver, code, files }: MacroContents): string[] {
  return [
    `as ${role} a macro "${name}" in the config, with driver ${driver} (${code})`,
    ...Object.entries(files).map(([what, hash]) => `its ${what} of hash ${hash}`),
  ];
}
