import { expect } from "chai";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeMacro } from "nas4cim/conformance";
import { packageRoot } from "../../src/base/paths.js";
import { loadBenchConfig } from "../../src/config/bench-config.js";
import type { MacroDriver } from "../../src/macro/define-driver.js";
import type { Macro } from "../../src/macro/macro.js";
import { runBench } from "../../src/run/run.js";
import { itWithFashionMnist } from "../support/fashion-mnist.js";
import { temporaryFolder } from "../support/temporary-folder.js";

const folder = join(packageRoot(), "examples", "driver-in-60-lines");
const { default: driver } = (await import(join(folder, "driver.js"))) as { default: MacroDriver };

describeMacro(
  "the driver in 60 lines",
  async () => {
    const macro = (await driver.open({
      name: "board",
      options: { program: "board.js" },
      resolve: (path) => join(folder, path),
      context: {},
      simulation: { seed: 1, threads: 1 },
    })) as Macro & { child: ChildProcess };
    return { macro, loseLink: async () => void (macro.child.kill("SIGKILL"), await once(macro.child, "exit")) };
  },
  { exact: true },
);

describe("the driver in 60 lines", function () {
  this.timeout(60_000);
  const store = temporaryFolder();

  it("has 60 lines", () => {
    expect(readFileSync(join(folder, "driver.js"), "utf8").trimEnd().split("\n").length).to.be.at.most(60);
  });

  itWithFashionMnist("runs a network to the codes of the ideal simulator, by its example's config", async (data) => {
    const loaded = loadBenchConfig(join(folder, "bench.config.json"));
    const config = { ...loaded, storeFolder: store(), config: { ...loaded.config, data: { "fashion-mnist": data } } };
    const { document } = await runBench({ config, images: 2 }, {});
    expect(document.run.subject).to.include({ driver: "line-board", kind: "silicon", chipId: "LB-0001" });
    expect(document.layers.map(({ codes }) => codes.rmseLsb)).to.deep.equal(document.layers.map(() => 0));
    expect(document.agreement.share).to.equal(1);
  });
});
