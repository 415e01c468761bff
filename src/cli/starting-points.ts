import { cpSync, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeFileAtomic } from "../base/atomic-file.js";
import { NasError } from "../base/errors.js";
import { packageRoot, packageVersion } from "../base/paths.js";

export const starts = ["bench", "driver"] as const;
export type Start = (typeof starts)[number];

const network = "fixtures/networks/fashion-mnist-edp-first";
const calibration = "calibration/vc-0001/2026-11-23";

/** What a starting point is made of: files and folders of this package by where they go, and texts that are written. */
interface Recipe {
  copies: Readonly<Record<string, string>>;
  texts: Readonly<Record<string, string>>;
}

const recipes: Readonly<Record<Start, () => Recipe>> = {
  bench: () => ({
    copies: { [calibration]: calibration, "networks/fashion-mnist-edp-first": network },
    texts: {
      "bench.config.json": json({
        $schema: "./node_modules/nas4cim/bench.schema.json",
        macros: { "virtual-chip": { driver: "simulator", calibration }, ideal: { driver: "simulator" } },
        store: { folder: "runs" },
        defaults: {
          subject: "virtual-chip",
          reference: "ideal",
          network: "networks/fashion-mnist-edp-first",
          images: "ci",
        },
      }),
    },
  }),
  driver: () => ({
    copies: {
      "driver.js": "examples/driver-in-60-lines/driver.js",
      "board.js": "examples/driver-in-60-lines/board.js",
      "networks/fashion-mnist-edp-first": network,
    },
    texts: {
      "package.json": json({
        name: "my-nas4cim-driver",
        version: "0.0.1",
        private: true,
        type: "module",
        exports: "./driver.js",
        dependencies: { nas4cim: `^${packageVersion()}` },
      }),
      "bench.config.json": json({
        $schema: "./node_modules/nas4cim/bench.schema.json",
        macros: {
          board: { driver: "./driver.js", options: { program: "board.js" } },
          ideal: {
            driver: "simulator",
            options: { arrayRows: 32, arrayColumns: 32, arrays: 2, shiftAdd: false },
          },
        },
        store: { folder: "runs" },
        defaults: {
          subject: "board",
          reference: "ideal",
          network: "networks/fashion-mnist-edp-first",
          images: "smoke",
        },
      }),
    },
  }),
};

/**
 * Writes a starting point into a folder and gives its files, relative to the folder.
 * @throws NAS_CLI_USAGE where one of them is there already: nothing is written then
 */
export function writeStart(what: Start, folder: string): string[] {
  const { copies, texts } = recipes[what]();
  for (const name of [...Object.keys(texts), ...Object.keys(copies)]) {
    if (!existsSync(join(folder, name))) continue;
    throw new NasError("NAS_CLI_USAGE", `${join(folder, name)} is there already`, {
      hint: "give a folder of its own: nas4cim init writes over nothing",
      context: { folder, name },
    });
  }
  for (const [name, from] of Object.entries(copies)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    cpSync(join(packageRoot(), from), join(folder, name), { recursive: true });
  }
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(texts)) writeFileAtomic(join(folder, name), text);
  return [...Object.keys(texts), ...Object.keys(copies).flatMap((name) => filesWithin(folder, name))];
}

function filesWithin(folder: string, name: string): string[] {
  if (!statSync(join(folder, name)).isDirectory()) return [name];
  return readdirSync(join(folder, name)).map((file) => `${name}/${file}`);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
