import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type TensorflowStatus } from "../../../src/engine/tensorflow.js";
import { tensorflowFolder, tensorflowMarker } from "../../../src/engine/tfjs-node.js";
import { temporaryFolder } from "../../support/temporary-folder.js";
import { itWithTensorflow, numbers } from "../../support/it-with-tensorflow.js";

const moduleUrl = new URL("../../../src/engine/tensorflow.js", import.meta.url);

/** What loading gives in a process of its own with this environment: in this one engines may be loaded already. */
function loadWith(environment: Record<string, string>, preload: string[] = []): LoadOutcome {
  const script = `
    const { loadTensorflow, tensorflowStatus } = await import(${JSON.stringify(moduleUrl.href)});
    const status = await tensorflowStatus();
    const outcome = await loadTensorflow().then(
      ({ kind, caveat, versions }) => ({ kind, caveat, versions }),
      ({ code, message, hint }) => ({ code, message, hint }),
    );
    console.log(JSON.stringify({ status, ...outcome }));
  `;
  const output = execFileSync(process.execPath, [...preload, "--input-type=module", "-e", script], {
    env: { ...process.env, NAS4CIM_ENGINE: "", ...environment },
    cwd: fileURLToPath(new URL(".", moduleUrl)),
    encoding: "utf8",
  });
  return JSON.parse(output) as LoadOutcome;
}

interface LoadOutcome {
  status: TensorflowStatus;
  kind?: string;
  caveat?: string;
  versions?: Record<string, string>;
  code?: string;
  message?: string;
  hint?: string;
}

/** Lays a package into the cache whose main file is `source`; returns the cache. */
function cacheWith(folder: string, source: string, options: { whole: boolean }): string {
  const inCache = join(folder, "tensorflow", tensorflowFolder().split(/[\\/]/).at(-1)!);
  const packageFolder = join(inCache, "node_modules", "@tensorflow", "tfjs-node");
  mkdirSync(packageFolder, { recursive: true });
  writeFileSync(join(packageFolder, "index.js"), source);
  if (options.whole) writeFileSync(join(inCache, tensorflowMarker), "{}");
  return folder;
}

describe("loadTensorflow", () => {
  const folder = temporaryFolder();

  it("takes WebAssembly where TensorFlow for Node is not installed, and says what that costs and why", function () {
    const { status, kind, caveat, versions } = loadWith({ NAS4CIM_CACHE: join(folder(), "empty") });
    if (status.installed) this.skip();
    expect(status.problem).to.match(/not installed/);
    expect(status.nodeVersion).to.equal(process.version);
    expect(kind).to.equal("wasm");
    expect(caveat).to.match(
      /times slower than with tfjs-node on two \(.*is not installed; run `nas4cim doctor --fix tensorflow`/,
    );
    expect(versions).to.have.all.keys("@tensorflow/tfjs-core", "@tensorflow/tfjs-backend-wasm");
  });

  it("does not take half an installation for a whole one", function () {
    const cache = cacheWith(join(folder(), "half"), "module.exports = {}", { whole: false });
    const { status, kind } = loadWith({ NAS4CIM_CACHE: cache });
    if (status.installed) this.skip();
    expect(status.problem).to.match(/not installed/);
    expect(kind).to.equal("wasm");
  });

  it("tells why an installed one does not load, and goes on with WebAssembly", function () {
    const cache = cacheWith(join(folder(), "broken"), 'throw new Error("wrong ELF class")', { whole: true });
    const { status, kind, caveat } = loadWith({ NAS4CIM_CACHE: cache });
    if (status.installed) this.skip();
    expect(status.problem).to.match(/does not load: wrong ELF class/);
    expect(status.where).to.contain(cache);
    expect(kind).to.equal("wasm");
    expect(caveat).to.match(/does not load: wrong ELF class/);
  });

  it("takes the engine that NAS4CIM_ENGINE names, or none", function () {
    expect(loadWith({ NAS4CIM_ENGINE: "wasm" }).kind).to.equal("wasm");
    const { status, code, hint } = loadWith({
      NAS4CIM_ENGINE: "tfjs-node",
      NAS4CIM_CACHE: join(folder(), "empty"),
    });
    if (status.installed) this.skip();
    expect(code).to.equal("NAS_TRAIN_TENSORFLOW");
    expect(hint).to.contain("nas4cim doctor --fix tensorflow");
  });

  it("refuses an engine that does not exist", () => {
    const { code, message } = loadWith({ NAS4CIM_ENGINE: "wsam" });
    expect(code).to.equal("NAS_CONFIG_INVALID");
    expect(message).to.equal('NAS4CIM_ENGINE is "wsam", expected tfjs-node or wasm');
  });

  it("says what both lack where neither loads", function () {
    const without = join(folder(), "without-optional.cjs");
    writeFileSync(
      without,
      `const Module = require("node:module");
      const find = Module._resolveFilename;
      Module._resolveFilename = (name, ...rest) => {
        if (name.endsWith("tfjs.cjs")) throw new Error("Cannot find module " + name);
        return find(name, ...rest);
      };`,
    );
    const { status, code, message } = loadWith({ NAS4CIM_CACHE: join(folder(), "empty") }, ["--require", without]);
    if (status.installed) this.skip();
    expect(code).to.equal("NAS_TRAIN_TENSORFLOW");
    expect(message).to.match(/tfjs-node is not installed; .*tfjs-backend-wasm does not load: Cannot find module/);
  });

  itWithTensorflow(
    "runs operations that tfjs does not know, with attributes of every kind",
    (engine) => {
      const { tf } = engine;
      expect(engine.versions.libtensorflow).to.match(/^\d+\.\d+\.\d+/);
      const [leaky] = engine.run("LeakyRelu", { T: { type: "float32" }, alpha: { float: 0.5 } }, [
        tf.tensor1d([-2, 3]),
      ]);
      expect(numbers(leaky)).to.deep.equal([-1, 3]);
      const [product] = engine.run(
        "MatMul",
        { T: { type: "float32" }, transpose_a: { bool: false }, transpose_b: { bool: true } },
        [tf.tensor2d([[1, 2]]), tf.tensor2d([[3, 4]])],
      );
      expect(numbers(product)).to.deep.equal([11]);
      const [indices] = engine.run(
        "ArgMax",
        { T: { type: "int32" }, Tidx: { type: "int32" }, output_type: { type: "int32" } },
        [tf.tensor1d([4, 9, 1], "int32"), tf.scalar(0, "int32")],
      );
      expect(numbers(indices)).to.deep.equal([1]);
    },
    ["tfjs-node"],
  );
});
