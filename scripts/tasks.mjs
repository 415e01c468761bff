import { pathToFileURL } from "node:url";
import { check } from "./check.mjs";
import { install } from "./install.mjs";
import { inRoot, node } from "./tool.mjs";
import { test } from "./test.mjs";

/** What `npm start` and its siblings do once packages and build are there; each gives its exit code. */
const tasks = {
  run,
  test,
  check,
  bench: bench("kernel"),
  "bench:cost": bench("cost"),
  "bench:train": bench("train"),
  "bench:link": bench("link"),
  api: () => node(inRoot("scripts/api.mjs"), ["--write"]),
  "api:pages": () => node(inRoot("node_modules/typedoc/bin/typedoc"), ["--options", inRoot("scripts/typedoc.json")]),
  "bench:analog-oracle": bench("analog-oracle"),
  "bench:search": bench("search"),
  "bench:search-tau": bench("search-tau"),
};

/** Installs and builds what is missing, then does the task. */
export async function runTask(name, parameters) {
  if (!Object.hasOwn(tasks, name)) {
    console.error(`ready.mjs knows ${Object.keys(tasks).join(", ")}, not "${name}"`);
    return 2;
  }
  const installed = install();
  if (installed !== 0) return installed;
  // Not above: it builds with packages that a fresh clone gets only now.
  const { build } = await import("./build.mjs");
  const built = build();
  if (built !== 0) return built;
  return tasks[name](parameters);
}

/** In this very process, so that Ctrl-C meets the run and nothing in between; it sets process.exitCode itself. */
async function run(parameters) {
  process.argv.splice(2, Infinity, "run", ...parameters);
  await import(pathToFileURL(inRoot("bin/nas4cim.js")).href);
  return undefined;
}

function bench(name) {
  return (parameters) => node(inRoot(`dist/test/bench/${name}.bench.js`), parameters);
}
