import { expect } from "chai";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { starts, writeStart } from "../../../src/cli/starting-points.js";
import { loadBenchConfig } from "../../../src/config/bench-config.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { itWithFashionMnist } from "../../support/fashion-mnist.js";
import { runCommand } from "../../support/run-command.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("nas4cim init", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();

  for (const what of starts) {
    it(`writes a ${what} whose config can be read, and writes over nothing`, () => {
      const target = join(folder(), `read-${what}`);
      const files = writeStart(what, target);
      expect(files).to.include("bench.config.json");
      const { config, resolve } = loadBenchConfig(join(target, "bench.config.json"));
      expect(readFileSync(join(resolve(config.defaults.network), "network.json"), "utf8")).to.include(
        "nas4cim-network",
      );
      writeFileSync(join(target, "bench.config.json"), "mine");
      expectNasError("NAS_CLI_USAGE", () => writeStart(what, target));
      expect(readFileSync(join(target, "bench.config.json"), "utf8")).to.equal("mine");
    });

    itWithFashionMnist(`writes a ${what} that runs`, async (data) => {
      const cwd = join(folder(), `run-${what}`);
      const written = await runCommand(["init", what, cwd], { cwd: folder() });
      expect(written.exitCode, written.stderr).to.equal(0);
      expect(written.stdout).to.match(/^next: nas4cim run --images smoke/m);
      // As npm install would put it there.
      mkdirSync(join(cwd, "node_modules"));
      symlinkSync(packageRoot(), join(cwd, "node_modules/nas4cim"), "dir");
      const run = await runCommand(["run", "--images", "2", "--json", "--quiet"], { cwd, env: { NAS4CIM_DATA: data } });
      expect(run.exitCode, run.stderr).to.equal(0);
      expect(JSON.parse(run.stdout)).to.include({ format: "nas4cim-run", images: 2 });
    });
  }
});
