// Puts the parts of large libraries that are in use into dist, so that the package is installed without the libraries: of
// echarts what draws figures, of tfjs the core and the WebAssembly backend. Called by build.mjs.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";
import { inRoot, root } from "./tool.mjs";

const require = createRequire(import.meta.url);
const options = {
  bundle: true,
  platform: "node",
  target: "node20",
  minify: true,
  legalComments: "none",
  logLevel: "warning",
};

/** Packages whose code ends up in dist. */
const chartPackages = ["echarts", "zrender", "tslib"];
const tensorPackages = ["tfjs-core", "tfjs-backend-wasm", "tfjs-backend-cpu"].map((name) => `@tensorflow/${name}`);
const bundled = [...chartPackages, ...tensorPackages, "seedrandom", "long"];

/** Writes the bundles; what they hold is told in third-party-licenses.txt. */
export function bundleLibraries() {
  const charts = inRoot("dist/src/report/figures/echarts.js");
  buildSync({ ...options, entryPoints: [charts], format: "esm", outfile: charts, allowOverwrite: true });
  const folder = inRoot("dist/src/engine/fallback");
  mkdirSync(folder, { recursive: true });
  const contents =
    'exports.core = require("@tensorflow/tfjs-core"); exports.wasm = require("@tensorflow/tfjs-backend-wasm");';
  // Asked for only where fetch is missing, which it is in no Node of ours.
  const external = ["node-fetch"];
  buildSync({
    ...options,
    external,
    stdin: { contents, resolveDir: root },
    format: "cjs",
    outfile: join(folder, "tfjs.cjs"),
  });
  const modules = join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "wasm-out");
  for (const name of wasmModules) copyFileSync(join(modules, name), join(folder, name));
  writeFileSync(inRoot("dist/src/third-party-licenses.txt"), bundled.map(licenceOf).join("\n\n"));
}

/** What the backend chooses from in Node, by what the processor offers; threads it uses in browsers alone. */
const wasmModules = ["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm"];

function licenceOf(name) {
  const folder = inRoot(`node_modules/${name}`);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const texts = ["LICENSE", "LICENSE.md", "LICENSE.txt", "NOTICE"].map((file) => readIfThere(join(folder, file)));
  return [`== ${name} ${version} (${license})`, ...texts.filter(Boolean)].join("\n\n");
}

function readIfThere(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
