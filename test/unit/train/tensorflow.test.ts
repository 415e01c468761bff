import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { tensorflowFolder, tensorflowMarker, type TensorflowStatus } from "../../../src/train/tensorflow.js";
import { temporaryFolder } from "../../support/temporary-folder.js";
import { itWithTensorflow, numbers } from "./it-with-tensorflow.js";

const moduleUrl = new URL("../../../src/train/tensorflow.js", import.meta.url);

/** What tensorflowStatus says in a process of its own with this cache: in this one TensorFlow may be loaded already. */
function statusWithCache(cache: string): TensorflowStatus & { hint: string; code: string } {
  const script = `
    const { loadTensorflow, tensorflowStatus } = await import(${JSON.stringify(moduleUrl.href)});
    const status = await tensorflowStatus();
    const error = await loadTensorflow().then(() => ({}), ({ code, hint }) => ({ code, hint }));
    console.log(JSON.stringify({ ...status, ...error }));
  `;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    env: { ...process.env, NAS4CIM_CACHE: cache },
    cwd: fileURLToPath(new URL(".", moduleUrl)),
    encoding: "utf8",
  });
  return JSON.parse(output) as ReturnType<typeof statusWithCache>;
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

  it("says what to run where TensorFlow is not installed", function () {
    const status = statusWithCache(join(folder(), "empty"));
    if (status.installed) this.skip();
    expect(status.code).to.equal("NAS_TRAIN_TENSORFLOW");
    expect(status.hint).to.contain("nas4cim doctor --fix tensorflow");
    expect(status.problem).to.match(/not installed/);
    expect(status.nodeVersion).to.equal(process.version);
  });

  it("does not take half an installation for a whole one", function () {
    const status = statusWithCache(cacheWith(join(folder(), "half"), "module.exports = {}", { whole: false }));
    if (status.installed) this.skip();
    expect(status.problem).to.match(/not installed/);
  });

  it("tells why an installed one does not load", function () {
    const cache = cacheWith(join(folder(), "broken"), 'throw new Error("wrong ELF class")', { whole: true });
    const status = statusWithCache(cache);
    if (status.installed) this.skip();
    expect(status.code).to.equal("NAS_TRAIN_TENSORFLOW");
    expect(status.problem).to.match(/does not load: wrong ELF class/);
    expect(status.where).to.contain(cache);
  });

  itWithTensorflow("runs operations that tfjs does not know, with attributes of every kind", (engine) => {
    const { tf } = engine;
    expect(engine.libraryVersion).to.match(/^\d+\.\d+\.\d+/);
    const [leaky] = engine.run("LeakyRelu", { T: { type: "float32" }, alpha: { float: 0.5 } }, [tf.tensor1d([-2, 3])]);
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
  });
});
