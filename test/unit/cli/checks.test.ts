import { expect } from "chai";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkChromium } from "../../../src/cli/checks/chromium.js";
import { checkDataset } from "../../../src/cli/checks/dataset.js";
import { checkStoreFolder } from "../../../src/cli/checks/folders.js";
import { checkKernel, checkSqlite } from "../../../src/cli/checks/runtime.js";
import { checkTensorflow, checkTrainingEngine } from "../../../src/cli/checks/tensorflow.js";
import { itWithFashionMnist } from "../../support/fashion-mnist.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("the checks of doctor", () => {
  const folder = temporaryFolder();
  const names = ["NAS4CIM_CACHE", "NAS4CIM_DATA", "NAS4CIM_CHROMIUM", "NAS4CIM_ENGINE"] as const;
  const before = names.map((name) => process.env[name]);

  beforeEach(() => {
    process.env.NAS4CIM_CACHE = join(folder(), "cache");
    delete process.env.NAS4CIM_DATA;
  });
  afterEach(() => {
    names.forEach((name, index) => {
      const value = before[index];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    });
  });

  it("find the kernel and SQLite of this build", () => {
    expect(checkKernel()).to.include({ state: "ok", needed: true });
    expect(checkSqlite()).to.include({ state: "ok", needed: true });
    expect(checkSqlite().found).to.match(/^3\.\d+\.\d+$/);
  });

  it("tell which engine training will take, what it costs, and that a misspelt one is none", async () => {
    process.env.NAS4CIM_ENGINE = "wasm";
    const engine = await checkTrainingEngine();
    expect(engine).to.include({ state: "ok", needed: false });
    expect(engine.found).to.match(/^wasm \(.*tfjs-backend-wasm 4\.22\.0\).*times slower than with tfjs-node/);
    process.env.NAS4CIM_ENGINE = "wsam";
    expect(await checkTrainingEngine()).to.include({ state: "missing", prevents: "training and search" });
    delete process.env.NAS4CIM_ENGINE;
    const best = await checkTrainingEngine();
    expect(best.found).to.match((await checkTensorflow()).state === "ok" ? /^tfjs-node \(.*libtensorflow/ : /^wasm/);
  });

  it("take a store folder that can be made, without making it, and refuse one below a file", () => {
    const future = join(folder(), "a/b/runs");
    expect(checkStoreFolder(future)).to.include({ state: "ok", found: `${future} (will be made)` });
    expect(existsSync(join(folder(), "a"))).to.equal(false);
    writeFileSync(join(folder(), "file"), "");
    expect(checkStoreFolder(join(folder(), "file/runs"))).to.include({ state: "missing", needed: true });
  });

  it("call a data set that is not here yet no obstacle, and tell how to get it", async () => {
    const check = await checkDataset("fashion-mnist", "test", undefined);
    expect(check).to.include({ state: "missing", needed: false });
    expect(check.cure).to.include("--fix data");
  });

  it("call an empty folder of the config an obstacle, even where the cache might serve", async () => {
    mkdirSync(join(folder(), "empty"));
    const check = await checkDataset("fashion-mnist", "test", join(folder(), "empty"));
    expect(check).to.include({ state: "missing", needed: true });
    expect(check.found).to.include(join(folder(), "empty"));
  });

  itWithFashionMnist("find the data set of the environment and of the config", async (data) => {
    expect(await checkDataset("fashion-mnist", "test", data)).to.include({ state: "ok" });
    process.env.NAS4CIM_DATA = data;
    const check = await checkDataset("fashion-mnist", "test", undefined);
    expect(check.found).to.equal(`10000 images in ${data}`);
    const training = await checkDataset("fashion-mnist", "train", undefined);
    expect(training.found).to.equal(`60000 images in ${data}`);
  });

  it("look for Chromium where NAS4CIM_CHROMIUM says", () => {
    process.env.NAS4CIM_CHROMIUM = process.execPath;
    expect(checkChromium()).to.include({ state: "ok", found: process.execPath });
    process.env.NAS4CIM_CHROMIUM = join(folder(), "chromium");
    expect(checkChromium()).to.include({ state: "missing", needed: false });
  });
});
