// Runs the shipped job on every source of images and writes what it gives into fixtures/published-results.json and the README:
//   NAS4CIM_DATA=<folder with the official files> node scripts/publish-results.mjs [--check]
// --check writes nothing and fails where something is another. A change of what a run gives is published with it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "./build.mjs";
import { inRoot } from "./tool.mjs";

const file = inRoot("fixtures/published-results.json");
const readme = inRoot("README.md");
const begin = "<!-- published results: scripts/publish-results.mjs -->";
const end = "<!-- end of published results -->";

if (process.env.NAS4CIM_DATA === undefined) {
  console.error("NAS4CIM_DATA must name a folder with the official files of Fashion-MNIST");
  process.exit(2);
}
if (build() !== 0) process.exit(1);
const load = (path) => import(pathToFileURL(inRoot(`dist/src/${path}`)).href);
const { loadBenchConfig } = await load("config/bench-config.js");
const { npmSource } = await load("data/dataset-sources.js");
const { runBench } = await load("run/run.js");
const context = { log: (text) => console.error(text) };

const official = process.env.NAS4CIM_DATA;
for (const split of ["test", "train"]) await npmSource(split).load(context);
const sources = [
  { name: "official", prepare: () => (process.env.NAS4CIM_DATA = official) },
  // In the cache, where the images picked from npm come before everything but a folder that somebody named.
  { name: "npm", prepare: () => delete process.env.NAS4CIM_DATA },
];
const results = [];
for (const { name, prepare } of sources) {
  prepare();
  for (const selection of ["full", "smoke"]) results.push(await resultOf(name, selection));
}

/** The shipped job on one source and selection of images. */
async function resultOf(source, selection) {
  const storeFolder = mkdtempSync(join(tmpdir(), "nas4cim-publish-"));
  try {
    const config = { ...loadBenchConfig(inRoot("bench.config.json")), storeFolder };
    const { document } = await runBench({ config, images: selection }, context);
    const { images, dataset, run, accuracies } = document;
    if ((source === "npm") !== (dataset.caveat !== undefined)) throw new Error(`the images are not those of ${source}`);
    return {
      images: nameOf(source, selection, images),
      selection,
      count: images,
      subjectCorrect: accuracies.subject.correct,
      job: run.configHash,
      result: run.resultHash,
    };
  } finally {
    rmSync(storeFolder, { recursive: true, force: true });
  }
}

function nameOf(source, selection, count) {
  const images = count.toLocaleString("en-US");
  const from = source === "official" ? `the official ${images} test images` : `the ${images} test images from npm`;
  return selection === "full"
    ? from
    : `${images} of ${source === "official" ? "the official test images" : "the test images from npm"}`;
}

const json = `${JSON.stringify({ format: "nas4cim-published-results", version: 1, results }, undefined, 2)}\n`;
const text = readFileSync(readme, "utf8");
const [before, after] = [text.indexOf(begin), text.indexOf(end)];
if (before < 0 || after < before) throw new Error(`README.md lacks the lines "${begin}" and "${end}"`);
const published = `${text.slice(0, before + begin.length)}\n\n${tableOf(results)}\n\n${text.slice(after)}`;

/** The whole jobs, as the README shows them. */
function tableOf(all) {
  const rows = all
    .filter(({ selection }) => selection === "full")
    .map(({ images, count, subjectCorrect, result }) => [
      images,
      `${subjectCorrect.toLocaleString("en-US")} of ${count.toLocaleString("en-US")}`,
      `\`${result}\``,
    ]);
  const table = [["images", "subject right on", "result hash"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  return [line(table[0]), line(widths.map((width) => "-".repeat(width))), ...table.slice(1).map(line)].join("\n");
}

if (process.argv.includes("--check")) {
  const isSame = json === readFileSync(file, "utf8") && published === text;
  console.error(isSame ? "as published" : "NOT as published");
  process.exitCode = isSame ? 0 : 1;
} else {
  writeFileSync(file, json);
  writeFileSync(readme, published);
}
console.log(json);
