import { existsSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { isAbsolute, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { NasError, isNasError, messageOf } from "../base/errors.js";
import { nearestName } from "../base/nearest.js";
import { packageRoot } from "../base/paths.js";
import { driverOfContract1, type DriverOfContract1 } from "./contract-1.js";
import type { MacroDriver } from "./define-driver.js";

/** The drivers that come with this package: the folders of drivers/. */
export const shippedDrivers = ["simulator", "replay", "serial-board"] as const;

/**
 * Finds a driver by its name and loads it. The name is, in this order: a shipped driver; a relative or absolute path
 * (it begins with a dot or a slash); an npm package seen from the config file, `<name>` or `nas4cim-driver-<name>`.
 * @throws NAS_MACRO_DRIVER_NOT_FOUND where nothing has that name, NAS_MACRO_DRIVER_FAILED where it is there but fails to load.
 */
export async function loadDriver(name: string, configFolder: string): Promise<MacroDriver> {
  const address = findDriver(name, configFolder);
  let loaded: unknown;
  try {
    const module = (await import(pathToFileURL(address).href)) as { default?: unknown };
    loaded = module.default;
  } catch (error) {
    if (isNasError(error)) throw error;
    throw new NasError(
      "NAS_MACRO_DRIVER_FAILED",
      `driver "${name}" was found at ${address} but failed to load: ${messageOf(error)}`,
      {
        hint: "the driver itself is at fault: look at its error, or install what it needs",
        context: { driver: name, address },
        cause: error,
      },
    );
  }
  if (!isDriver(loaded)) {
    throw new NasError(
      "NAS_MACRO_DRIVER_FAILED",
      `driver "${name}" at ${address} has no default export made by defineDriver`,
      {
        hint: 'export default defineDriver({ id, contract: 2, open }) with defineDriver from "nas4cim/driver"',
        context: { driver: name, address },
      },
    );
  }
  if (loaded.contract === 2) return loaded as MacroDriver;
  if (loaded.contract === 1) return driverOfContract1(loaded as DriverOfContract1);
  throw new NasError(
    "NAS_MACRO_DRIVER_FAILED",
    `driver "${name}" speaks macro contract ${String(loaded.contract)}, this nas4cim speaks 1 and 2`,
    {
      hint: "install the driver's version for this nas4cim",
      context: { driver: name, address, contract: loaded.contract },
    },
  );
}

/** Whether a driver's name is the path of its file. */
export function isDriverPath(name: string): boolean {
  return name.startsWith(".") || isAbsolute(name);
}

/** Absolute path of a driver's module; the rules of loadDriver. */
export function findDriver(name: string, configFolder: string): string {
  if (shippedDrivers.some((shipped) => shipped === name))
    return join(packageRoot(), "dist", "drivers", name, "index.js");
  const tried: string[] = [];
  if (isDriverPath(name)) {
    const path = resolve(configFolder, name);
    if (existsSync(path)) return path;
    tried.push(path);
  } else {
    const seenFromConfig = createRequire(join(configFolder, "bench.config.json"));
    // A name such as "fs" means a module of Node before any package.
    for (const candidate of isBuiltin(name) ? [`nas4cim-driver-${name}`] : [name, `nas4cim-driver-${name}`]) {
      try {
        return seenFromConfig.resolve(candidate);
      } catch (error) {
        if (!isAbsent(error)) throw unresolved(name, candidate, error);
        tried.push(`npm package ${candidate}`);
      }
    }
  }
  throw new NasError(
    "NAS_MACRO_DRIVER_NOT_FOUND",
    `no driver "${name}"; tried the shipped ones (${shippedDrivers.join(", ")}), ${tried.join(", ")}`,
    { hint: whereDriversAre(name, configFolder), context: { driver: name, tried } },
  );
}

function whereDriversAre(name: string, configFolder: string): string {
  const nearest = nearestName(name, shippedDrivers);
  if (nearest !== undefined) return `did you mean "${nearest}"?`;
  const ways = `use a shipped driver, install the driver's npm package beside ${configFolder}, or give a path that begins with ./`;
  return isBuiltin(name) ? `"${name}" is a module of Node itself, no driver; ${ways}` : ways;
}

/** Whether Node found no package of that name; any other failure means that it is there and says of itself what is not so. */
function isAbsent(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND" && !("path" in error);
}

function unresolved(name: string, candidate: string, cause: unknown): NasError {
  return new NasError(
    "NAS_MACRO_DRIVER_FAILED",
    `driver "${name}": npm package ${candidate} is installed but has no entry that can be found: ${messageOf(cause)}`,
    {
      hint: 'the package is at fault: its package.json wants "exports" with a "default" that is there',
      context: { driver: name, package: candidate },
      cause,
    },
  );
}

function isDriver(value: unknown): value is { contract: unknown; open: unknown } {
  return (
    value !== null &&
    typeof value === "object" &&
    "open" in value &&
    typeof value.open === "function" &&
    "contract" in value
  );
}
