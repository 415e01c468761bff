import { expect } from "chai";
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { loadBenchConfig, parseBenchConfig } from "../../../src/config/bench-config.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const bench = {
  macros: {
    board: { driver: "serial-board", options: { port: "/dev/ttyACM0", retries: [1, { atMost: 3 }] } },
    ideal: { driver: "simulator", calibration: "calibration/chip-7/2026-01-02" },
  },
  defaults: { subject: "board", reference: "ideal", network: "networks/small" },
};

describe("loadBenchConfig", () => {
  const folder = temporaryFolder();
  const home = process.cwd();
  afterEach(() => process.chdir(home));

  function write(name: string, text: string): string {
    const path = join(folder(), name);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  it("fills defaults in and resolves paths from the file's own folder", () => {
    const path = write("bench-1/my.json", JSON.stringify(bench));
    const loaded = loadBenchConfig(path);
    expect(loaded.config).to.deep.equal({
      ...bench,
      store: { folder: "runs" },
      defaults: { ...bench.defaults, dataset: "fashion-mnist", images: "full", seed: 1 },
    });
    expect(loaded).to.include({ path, folder: join(folder(), "bench-1"), storeFolder: join(folder(), "bench-1/runs") });
    expect(loaded.resolve("networks/small")).to.equal(join(folder(), "bench-1/networks/small"));
    expect(loaded.resolve("/absolute")).to.equal("/absolute");
  });

  it("gives a config that nobody can change", () => {
    const { config } = loadBenchConfig(write("frozen.json", JSON.stringify(bench)));
    expect(() => Object.assign(config.macros.board, { driver: "other" })).to.throw(TypeError);
  });

  it("takes ./bench.config.json where no path is given", () => {
    const path = write("bench-2/bench.config.json", `\uFEFF${JSON.stringify(bench)}`);
    process.chdir(join(path, ".."));
    expect(realpathSync(loadBenchConfig().path)).to.equal(realpathSync(path));
  });

  it("else takes the shipped one, with its networks in the package and its runs below the working directory", () => {
    mkdirSync(join(folder(), "empty"), { recursive: true });
    process.chdir(join(folder(), "empty"));
    const loaded = loadBenchConfig();
    expect(loaded.path).to.equal(join(packageRoot(), "bench.config.json"));
    expect(loaded.storeFolder).to.equal(join(process.cwd(), "runs"));
    expect(loaded.resolve(loaded.config.defaults.network)).to.match(/fixtures.networks/);
    expect(loaded.resolve("x")).to.equal(join(packageRoot(), "x"));
  });

  it("says which file it cannot read", () => {
    const path = join(folder(), "absent.json");
    expect(expectNasError("NAS_CONFIG_NOT_FOUND", () => loadBenchConfig(path)).message).to.include(path);
  });

  it("says where a file is no JSON", () => {
    const path = write("broken.json", '{\n  "macros": {},\n}');
    const error = expectNasError("NAS_CONFIG_NOT_JSON", () => loadBenchConfig(path));
    expect(error.message).to.equal(`${path}:3:1: this is no JSON: JSON has no comma before }`);
    expect(error.context).to.include({ file: path, line: 3, column: 1 });
  });
});

describe("parseBenchConfig", () => {
  const parse = (value: unknown) => parseBenchConfig(JSON.stringify(value), "bench.json");

  it("names an unknown key and the nearest known one", () => {
    const text = JSON.stringify({ ...bench, store: { foldr: "x" } }, undefined, 2);
    const error = expectNasError("NAS_CONFIG_UNKNOWN_KEY", () => parseBenchConfig(text, "bench.json"));
    const line = text.split("\n").findIndex((row) => row.includes("foldr")) + 1;
    expect(error.message).to.equal(`bench.json:${line}:5: store.foldr is no known key`);
    expect(error.context).to.deep.equal({ file: "bench.json", line, column: 5, key: "store.foldr" });
    expect(error.hint).to.include('"folder"');
  });

  it("puts the misspelt key before the key that is missing because of it", () => {
    const macros = { ...bench.macros, board: { drivr: "serial-board" } };
    const error = expectNasError("NAS_CONFIG_UNKNOWN_KEY", () => parse({ ...bench, macros }));
    expect(error.message).to.match(/2 faults[^]*macros\.board\.drivr[^]*"driver"[^]*macros\.board\.driver is missing/);
  });

  it("lists known keys where none is near", () => {
    const error = expectNasError("NAS_CONFIG_UNKNOWN_KEY", () => parse({ ...bench, credentials: 1 }));
    expect(error.hint).to.include("macros").and.to.include("limits");
  });

  it("names path, finding and expectation of a wrong value", () => {
    const cases: [change: object, message: RegExp, hint: RegExp][] = [
      [{ macros: [] }, /macros is \[\], expected an object/, /macros/],
      [{ macros: { ideal: { driver: 7 } } }, /macros\.ideal\.driver is 7, expected a text/, /a text/],
      [{ macros: { _x: { driver: "simulator" } } }, /macros\._x is no usable name/, /letters/],
      [{ store: { folder: "" } }, /store\.folder is "", expected a text of 1 to 4096 characters/, /./],
      [{ store: { folder: "x".repeat(5000) } }, /store\.folder is "x{60}…" \(5000 characters\)/, /1 to 4096/],
      [{ data: { "cifar-10": null } }, /data\.cifar-10 is null, expected a text/, /./],
      [{ defaults: { ...bench.defaults, seed: 1.5 } }, /defaults\.seed is 1\.5, expected a whole number/, /./],
      [
        { defaults: { ...bench.defaults, seed: -1 } },
        /defaults\.seed is -1, expected a whole number from 0 to 4294967295/,
        /./,
      ],
      [{ defaults: { ...bench.defaults, images: 0 } }, /defaults\.images is 0/, /./],
      [{ defaults: { ...bench.defaults, images: "ful" } }, /expected one of smoke, ci, report, full or/, /"full"/],
      [{ defaults: { ...bench.defaults, dataset: "fashion" } }, /defaults\.dataset is "fashion"/, /./],
      [{ defaults: { reference: "ideal", network: "n" } }, /defaults\.subject is missing/, /add/],
      [{ limits: { "difference.fraction": {} } }, /limits\["difference\.fraction"\] needs min or max/, /./],
      [{ limits: { "difference.fraction": { min: 1, max: 0 } } }, /has its min above its max/, /./],
    ];
    for (const [change, message, hint] of cases) {
      const error = expectNasError("NAS_CONFIG_INVALID", () => parse({ ...bench, ...change }));
      expect(error.message).to.match(message);
      expect(error.hint).to.match(hint);
    }
  });

  it("names the nearest macro where a default names none", () => {
    const defaults = { ...bench.defaults, subject: "bord" };
    const error = expectNasError("NAS_CONFIG_INVALID", () => parse({ ...bench, defaults }));
    expect(error.message).to.include('defaults.subject is "bord"');
    expect(error.hint).to.include('"board"');
  });

  it("does not take inherited names for macros", () => {
    const defaults = { ...bench.defaults, subject: "constructor" };
    expectNasError("NAS_CONFIG_INVALID", () => parse({ ...bench, defaults }));
  });
});
