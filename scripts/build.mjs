// Builds dist/ from src, drivers and test where they have changed since: node scripts/build.mjs [--force]
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { bundleLibraries } from "./bundle.mjs";
import { hashFiles, listFiles } from "./files.mjs";
import { inRoot, node, root } from "./tool.mjs";

const sourceFolders = ["src", "drivers", "test"];
const assemblyFolder = "src/kernels/assembly";
const kernelFolder = "dist/src/kernels";
const stampPath = inRoot("dist/.built");

/** Brings dist/ up to date; gives 0, or 1 where the compilers found an error, which then stands on stderr. */
export function build({ force = false } = {}) {
  const sources = sourceFolders.flatMap((folder) => listFiles(root, folder));
  const settings = ["tsconfig.json", "package.json", "package-lock.json", "scripts/build.mjs", "scripts/bundle.mjs"];
  const hash = hashFiles(root, [...sources, ...settings]);
  const stamp = existsSync(stampPath) ? readFileSync(stampPath, "utf8") : undefined;
  if (stamp === hash && !force) return 0;

  console.error("building");
  const started = performance.now();
  rmSync(stampPath, { force: true });
  // Without a stamp nobody knows what lies in dist: the compiler then must not trust its own notes either.
  if (stamp === undefined || force) rmSync(inRoot("dist/.tsbuildinfo"), { force: true });
  const assembly = sources.filter((path) => path.startsWith(`${assemblyFolder}/`));
  const scripts = sources.filter((path) => !assembly.includes(path));
  const kernels = assembly.flatMap(kernelOf);
  const assets = scripts.filter((path) => extname(path) !== ".ts");

  if (node(inRoot("node_modules/typescript/bin/tsc"), ["-p", "."], { toStderr: true }) !== 0) return 1;
  for (const kernel of kernels) if (compileKernel(kernel) !== 0) return 1;
  for (const path of assets) copy(path, join("dist", path));
  prune(scripts, kernels);
  bundleLibraries();
  writeFileSync(stampPath, hash);
  console.error(`built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return 0;
}

/**
 * The kernel in one AssemblyScript file: its first line is `// @module <name> [options of asc]`. Files without such a line
 * are parts that kernels import.
 */
function kernelOf(path) {
  const [firstLine] = readFileSync(inRoot(path), "utf8").split("\n", 1);
  const match = /^\/\/ @module ([a-z0-9-]+)(?:\s+(.*\S))?\s*$/.exec(firstLine);
  if (match === null) return [];
  return [{ path, output: `${kernelFolder}/${match[1]}.wasm`, options: match[2]?.split(/\s+/) ?? [] }];
}

function compileKernel({ path, output, options }) {
  mkdirSync(inRoot(kernelFolder), { recursive: true });
  const fixed = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd"];
  const asc = inRoot("node_modules/assemblyscript/bin/asc.js");
  return node(asc, [path, "--outFile", output, ...fixed, ...options], { toStderr: true });
}

function copy(from, to) {
  mkdirSync(inRoot(dirname(to)), { recursive: true });
  copyFileSync(inRoot(from), inRoot(to));
}

/** Removes what earlier builds left of sources that are gone: a deleted test must not go on running. */
function prune(scripts, kernels) {
  const wanted = new Set(kernels.map(({ output }) => output));
  for (const path of scripts) {
    const stem = join("dist", path.slice(0, -".ts".length));
    if (extname(path) === ".ts") for (const ending of [".js", ".js.map", ".d.ts"]) wanted.add(stem + ending);
    else wanted.add(join("dist", path));
  }
  for (const folder of sourceFolders) {
    for (const path of listFiles(root, `dist/${folder}`)) if (!wanted.has(path)) rmSync(inRoot(path));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.exitCode = build({ force: process.argv.includes("--force") });
