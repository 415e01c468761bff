import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this package, wherever it is installed: the one with the package.json named nas4cim. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}

/** This package's version. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { version: string };
  return version;
}

/** The user's cache for nas4cim: `NAS4CIM_CACHE`, else `XDG_CACHE_HOME`/nas4cim, else ~/.cache/nas4cim. Not created here. */
export function cacheFolder(): string {
  if (process.env.NAS4CIM_CACHE) return process.env.NAS4CIM_CACHE;
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "nas4cim");
}
