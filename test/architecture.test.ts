import { expect } from "chai";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, normalize, sep } from "node:path";
import { packageRoot } from "../src/base/paths.js";
import { hasOwnCode, importsOf, type WrittenImport } from "./support/imports-of.js";

/**
 * The house rules of docs/architecture.md, read from the imports of src and drivers: which room may see which, no cycles,
 * one door for each third-party library, drivers on the public side alone, and tests for every room.
 */

/** A room sees itself and the rooms on lower steps, never its neighbours on its own. */
const steps: readonly (readonly string[])[] = [
  ["base"],
  ["config", "data", "engine", "kernels", "network", "macro", "record"],
  ["store", "device", "mapping", "report", "wire"],
  ["fit", "cost", "model", "board"],
  ["evaluate"],
  ["train"],
  ["run", "calibrate"],
  ["regress", "search"],
  ["cli"],
];

/** The files beside the rooms are what other packages import; nothing in src does. value: the highest step they may see. */
const publicEntries: Readonly<Record<string, number>> = {
  "src/driver.ts": stepOf("macro"),
  "src/conformance": stepOf("wire"),
  "src/index.ts": stepOf("search"),
};

/** Third-party library -> the one room, or file, that may import it. */
const doors: Readonly<Record<string, string>> = {
  commander: "src/cli/",
  zod: "src/base/schema/",
  "jsonc-parser": "src/base/schema/",
  echarts: "src/report/",
  sharp: "src/data/decode-picture.ts",
  cborg: "src/wire/cbor.ts",
  koffi: "src/board/pty.ts",
  mocha: "src/cli/board/verify.ts",
  serialport: "drivers/serial-board/binding.ts",
  "@tensorflow/tfjs-core": "src/engine/engine.ts",
  // The suite that drivers of others run in their own tests: peer dependencies of them alone.
  chai: "src/conformance/",
};

/** How others, and our own drivers, call the public entries. */
const publicNames: Readonly<Record<string, string>> = {
  nas4cim: "src/index.ts",
  "nas4cim/driver": "src/driver.ts",
  "nas4cim/device": "src/device/index.ts",
  "nas4cim/wire": "src/wire/index.ts",
  "nas4cim/conformance": "src/conformance/index.ts",
};

const driverDoors = ["nas4cim/driver", "nas4cim/device", "nas4cim/wire"];

/** Files that no test of their room reaches, and what does instead. */
const testedElsewhere: Readonly<Record<string, string>> = {
  "src/engine/install/install-tensorflow.ts":
    "fetches 300 MB and compiles: .ci/run does so by `nas4cim doctor --fix tensorflow`",
};

const root = packageRoot();
const sources = ["src", "drivers"].flatMap((folder) => typescriptFiles(folder));
const imports = new Map(sources.map((path) => [path, importsOf(join(root, path))]));

describe("the architecture", function () {
  // Every source is parsed; on a machine busy with something else that takes its time.
  this.timeout(60_000);

  it("lets every file see its own room and lower steps only", () => {
    expect(offences((file, target) => target !== undefined && !maySee(file, target))).to.deep.equal([]);
  });

  it("has a step for every folder of src", () => {
    const rooms = readdirSync(join(root, "src"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    const known = [...steps.flat(), ...Object.keys(publicEntries).map((entry) => entry.slice("src/".length))];
    expect(rooms.filter((room) => !known.includes(room))).to.deep.equal([]);
  });

  it("has no cycle of files, types included", () => {
    expect(cycles()).to.deep.equal([]);
  });

  it("imports only files that are there", () => {
    expect(offences((_file, target) => target !== undefined && !imports.has(target))).to.deep.equal([]);
  });

  it("gives each third-party library one door", () => {
    const strange = offences((file, _target, { specifier }) => {
      const library = libraryOf(specifier);
      return library !== undefined && !file.startsWith(doors[library] ?? "no door");
    });
    expect(strange).to.deep.equal([]);
  });

  it("lets drivers see nothing of src but its public names", () => {
    const strange = offences((file, target, { specifier }) => {
      if (!file.startsWith("drivers/")) return false;
      if (specifier.startsWith("nas4cim")) return !driverDoors.includes(specifier);
      return target !== undefined && driverOf(target) !== driverOf(file);
    });
    expect(strange).to.deep.equal([]);
  });

  it("lets src see no driver by name", () => {
    expect(
      offences((file, target) => file.startsWith("src/") && target?.startsWith("drivers/") === true),
    ).to.deep.equal([]);
  });

  it("offers other packages exactly the public entries", () => {
    const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      exports: Record<string, string | { types: string; default: string }>;
    };
    const offered = Object.entries(exports).flatMap(([path, entry]) => {
      if (typeof entry === "string") return [];
      expect(entry.types.replace(/\.d\.ts$/, "")).to.equal(entry.default.replace(/\.js$/, ""));
      return [[path.replace(/^\./, "nas4cim"), entry.default.replace(/^\.\/dist\/(.*)\.js$/, "$1.ts")]];
    });
    expect(Object.fromEntries(offered)).to.deep.equal(publicNames);
    for (const path of Object.values(publicNames)) expect([...imports.keys()]).to.include(path);
  });

  it("reaches every file that does something from a test of its own room", function () {
    this.timeout(60_000);
    const tested = reachedFromTests();
    const untested = sources.filter(
      (path) => path.startsWith("src/") && hasOwnCode(join(root, path)) && !tested.has(path),
    );
    // An excuse for a file that has its test by now must go, too.
    expect(untested.filter((path) => !Object.hasOwn(testedElsewhere, path))).to.deep.equal([]);
    expect(untested).to.include.members(Object.keys(testedElsewhere));
  });
});

/** "file:line imports name" for every import that `isOffence` says yes to; `target` is the file it means, inside this package. */
function offences(isOffence: (file: string, target: string | undefined, written: WrittenImport) => boolean): string[] {
  return [...imports].flatMap(([file, list]) =>
    list
      .filter((written) => isOffence(file, targetOf(file, written.specifier), written))
      .map(({ specifier, line }) => `${file}:${line} imports ${specifier}`),
  );
}

/** The source file that a relative import or one of our own public names means; undefined for libraries. */
function targetOf(file: string, specifier: string): string | undefined {
  if (Object.hasOwn(publicNames, specifier)) return publicNames[specifier];
  if (!specifier.startsWith(".")) return undefined;
  return normalize(join(dirname(file), specifier))
    .split(sep)
    .join("/")
    .replace(/\.js$/, ".ts");
}

function maySee(file: string, target: string): boolean {
  if (!target.startsWith("src/") || !file.startsWith("src/")) return true;
  const [from, to] = [placeOf(file), placeOf(target)];
  // Whoever is inside must not come back through the front door.
  // `board verify` runs the suite that other packages run in their tests.
  if (to === "src/conformance" && from === "cli") return true;
  if (Object.hasOwn(publicEntries, to)) return from === to;
  if (Object.hasOwn(publicEntries, from)) return stepOf(to) <= publicEntries[from];
  return from === to || stepOf(to) < stepOf(from);
}

/** The room of a file of src, or the public entry that it belongs to. */
function placeOf(file: string): string {
  const entry = Object.keys(publicEntries).find((path) => file === path || file.startsWith(`${path}/`));
  return entry ?? file.split("/")[1];
}

function stepOf(room: string): number {
  return steps.findIndex((rooms) => rooms.includes(room));
}

function driverOf(file: string): string {
  return file.split("/").slice(0, 2).join("/");
}

/** "@scope/name" or "name" of a third-party library; undefined for our own files and for Node. */
function libraryOf(specifier: string): string | undefined {
  if (specifier.startsWith(".") || specifier.startsWith("node:") || builtinModules.includes(specifier))
    return undefined;
  if (specifier.startsWith("nas4cim")) return undefined;
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

/** Each cycle once, as "a -> b -> a". */
function cycles(): string[] {
  const found: string[] = [];
  const finished = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file)) {
      found.push([...path.slice(path.indexOf(file)), file].join(" -> "));
      return;
    }
    if (finished.has(file)) return;
    for (const { specifier } of imports.get(file) ?? []) {
      const target = targetOf(file, specifier);
      if (target !== undefined) visit(target, [...path, file]);
    }
    finished.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return found;
}

/** Tests of this package: test file -> the room, or file beside the rooms, that it belongs to. */
function testsByRoom(): Map<string, string> {
  return new Map(
    typescriptFiles("test")
      .filter((path) => path.endsWith(".test.ts"))
      .map((path) => [path, path.replace(/^test\/(unit\/)?/, "").split("/")[0]]),
  );
}

/** The files of src/<room> that a test of the room imports, or that those files import, and so on within the room. */
function reachedFromTests(): Set<string> {
  const reached = new Set<string>();
  const visit = (room: string, file: string, list: readonly WrittenImport[]): void => {
    for (const { specifier } of list) {
      const target = targetOf(file, specifier);
      if (target === undefined || !target.startsWith(`src/${room}/`) || reached.has(target)) continue;
      reached.add(target);
      visit(room, target, imports.get(target) ?? []);
    }
  };
  for (const [test, room] of testsByRoom()) visit(room, test, importsOf(join(root, test)));
  return reached;
}

/** TypeScript files below a folder of this package, with forward slashes; the kernels' AssemblyScript is another language. */
function typescriptFiles(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((path) => join(folder, path).split(sep).join("/"))
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts") && !path.startsWith("src/kernels/assembly/"));
}
