import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { messageOf, NasError } from "../base/errors.js";
import { nearestName } from "../base/nearest.js";
import { packageRoot } from "../base/paths.js";
import { type BenchConfig, benchJsonSchema, benchSchema } from "./bench-schema.js";
import { deepFreeze, type DeepReadonly } from "./deep-freeze.js";
import { explainIssues } from "./explain-issues.js";
import { findJsonFault } from "./json-position.js";

export const benchConfigName = "bench.config.json";

/** A bench.config.json that was read and checked, and where it stands. */
export interface LoadedConfig {
  /** Deeply frozen, defaults filled in. */
  config: DeepReadonly<BenchConfig>;
  /** Absolute path of the file. */
  path: string;
  /** Absolute path of the folder it stands in. */
  folder: string;
  /** Absolute path of the run store. */
  storeFolder: string;
  /** A path of the config as an absolute one: relative paths start at the config file. */
  resolve: (path: string) => string;
}

/**
 * Reads the config at `path`, else ./bench.config.json, else the one that comes with this package, whose runs then go below
 * the working directory and not into the package.
 *
 * @throws NAS_CONFIG_NOT_FOUND where the file cannot be read; NAS_CONFIG_NOT_JSON with line and column;
 * NAS_CONFIG_UNKNOWN_KEY and NAS_CONFIG_INVALID with the key, what stands there, what is expected and the nearest name.
 */
export function loadBenchConfig(path?: string): LoadedConfig {
  const { file, storeBase } = locate(path);
  const folder = dirname(file);
  const config = parseBenchConfig(read(file), file);
  return {
    config,
    path: file,
    folder,
    storeFolder: resolve(storeBase ?? folder, config.store.folder),
    resolve: (inner) => resolve(folder, inner),
  };
}

/** Checks the text of a config; `origin` names it in errors. Throws as loadBenchConfig does. */
export function parseBenchConfig(text: string, origin: string): DeepReadonly<BenchConfig> {
  const json = parseJson(text, origin);
  const checked = benchSchema.safeParse(json);
  if (!checked.success) {
    const problems = explainIssues(checked.error.issues, json, benchJsonSchema());
    const [first] = problems;
    const list = problems.map(({ message, hint }) => `\n  - ${message} (${hint})`).join("");
    const message =
      problems.length === 1 ? `${origin}: ${first.message}` : `${origin} has ${problems.length} faults:${list}`;
    throw new NasError(first.code, message, {
      hint: problems.length === 1 ? first.hint : "correct them; bench.schema.json describes every key",
      context: { file: origin, problems },
    });
  }
  checkMacroNames(checked.data, origin);
  return deepFreeze(checked.data);
}

function locate(path: string | undefined): { file: string; storeBase?: string } {
  if (path !== undefined) return { file: resolve(path) };
  const here = resolve(benchConfigName);
  if (existsSync(here)) return { file: here };
  return { file: join(packageRoot(), benchConfigName), storeBase: process.cwd() };
}

function read(file: string): string {
  try {
    // Some editors put a byte order mark first, which is no part of the JSON.
    return readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    throw new NasError("NAS_CONFIG_NOT_FOUND", `cannot read the config ${file}: ${messageOf(error)}`, {
      hint: `give the path of a ${benchConfigName}, or leave it out to use the one that comes with nas4cim`,
      context: { file },
      cause: error,
    });
  }
}

function parseJson(text: string, origin: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const fault = findJsonFault(text);
    const place = fault ? `line ${fault.line}, column ${fault.column}: ${fault.what}` : messageOf(error);
    throw new NasError("NAS_CONFIG_NOT_JSON", `${origin} is not JSON: ${place}`, {
      hint: "correct the file there",
      context: { file: origin, line: fault?.line, column: fault?.column },
      cause: error,
    });
  }
}

/** Subject and reference of the defaults must be macros of this bench. */
function checkMacroNames({ macros, defaults }: BenchConfig, origin: string): void {
  const known = Object.keys(macros);
  for (const role of ["subject", "reference"] as const) {
    const name = defaults[role];
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known);
    throw new NasError(
      "NAS_CONFIG_INVALID",
      `${origin}: defaults.${role} is "${name}", which is no macro of this bench`,
      {
        hint: nearest === undefined ? `its macros: ${known.join(", ") || "none"}` : `did you mean "${nearest}"?`,
        context: { file: origin, key: `defaults.${role}`, name, known },
      },
    );
  }
}
