import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { hashFiles } from "../base/hash-files.js";
import { findDriver, isDriverPath } from "./load-driver.js";

/** More files than a driver has: what names more is no driver, and is not followed further. */
const mostFiles = 1000;

/**
 * What a driver's code is, wherever it lies: name and version of the package it comes in, such as "nas4cim 0.1.0"; for a
 * driver given by its path "sha256 …" over its file and all files that these name by relative paths, such as imports.
 * @throws NAS_MACRO_DRIVER_NOT_FOUND, NAS_MACRO_DRIVER_FAILED
 */
export function driverCode(name: string, configFolder: string): string {
  const address = findDriver(name, configFolder);
  return isDriverPath(name) ? `sha256 ${hashFiles(dirname(address), namedFrom(address))}` : packageOf(address);
}

/** A file and the files that it, and they, name by relative paths. */
function namedFrom(entry: string): string[] {
  const found = new Set([entry]);
  for (const path of found) {
    if (!/\.[cm]?[jt]s$/.test(path)) continue;
    for (const [, , named] of readFileSync(path, "utf8").matchAll(/(["'`])(\.{1,2}\/[^"'`\n]+)\1/g)) {
      const target = resolve(dirname(path), named);
      if (found.size < mostFiles && existsSync(target) && statSync(target).isFile()) found.add(target);
    }
  }
  return [...found];
}

/** Name and version of the nearest package.json that has both. */
function packageOf(address: string): string {
  for (let folder = dirname(address); ; folder = dirname(folder)) {
    const { name, version } = readPackage(join(folder, "package.json"));
    if (typeof name === "string" && typeof version === "string") return `${name} ${version}`;
    if (folder === dirname(folder)) return "unknown";
  }
}

function readPackage(path: string): { name?: unknown; version?: unknown } {
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as { name?: unknown; version?: unknown }) : {};
}
