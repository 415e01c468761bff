import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { packageRoot } from "../base/paths.js";
import type { JsonPath, Place } from "../base/schema/place.js";
import { parseJson, readJson } from "../base/schema/json-format.js";
import { type BenchConfig, benchFormat } from "./bench-schema.js";
import { deepFreeze, type DeepReadonly } from "./deep-freeze.js";

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
  /** Where the value at a path of keys stands in the file; not there where the config stands in none. */
  placeOf?: (path: JsonPath) => Place;
  /** A path of the config as an absolute one: relative paths start at the config file. */
  resolve: (path: string) => string;
}

/**
 * Reads the config at `path`, else ./bench.config.json, else the one that comes with this package, whose runs then go below
 * the working directory and not into the package.
 *
 * @throws NAS_CONFIG_NOT_FOUND where the file cannot be read; NAS_CONFIG_NOT_JSON, NAS_CONFIG_UNKNOWN_KEY and
 * NAS_CONFIG_INVALID with line and column, the key, what stands there, what is expected and the nearest name.
 */
export function loadBenchConfig(path?: string): LoadedConfig {
  const { file, storeBase } = locate(path);
  const folder = dirname(file);
  const { value, placeOf } = readJson(benchFormat, file);
  const config = deepFreeze(value);
  return {
    config,
    placeOf,
    path: file,
    folder,
    storeFolder: resolve(storeBase ?? folder, config.store.folder),
    resolve: (inner) => resolve(folder, inner),
  };
}

/** Checks the text of a config; `origin` names it in errors. Throws as loadBenchConfig does. */
export function parseBenchConfig(text: string, origin: string): DeepReadonly<BenchConfig> {
  return deepFreeze(parseJson(benchFormat, text, origin).value);
}

/** Whether a config is the one that is taken here where none is named. */
export function isFoundByDefault(path: string): boolean {
  return path === locate(undefined).file;
}

/** Whether a config is the one that comes with this package. */
export function isShippedConfig(path: string): boolean {
  return path === join(packageRoot(), benchConfigName);
}

function locate(path: string | undefined): { file: string; storeBase?: string } {
  if (path !== undefined) return { file: resolve(path) };
  const here = resolve(benchConfigName);
  if (existsSync(here)) return { file: here };
  return { file: join(packageRoot(), benchConfigName), storeBase: process.cwd() };
}
