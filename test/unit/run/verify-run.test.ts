import { expect } from "chai";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { loadBenchConfig } from "../../../src/config/bench-config.js";
import { Database } from "../../../src/store/sqlite.js";
import { runBench } from "../../../src/run/run.js";
import { verifyRun } from "../../../src/run/verify-run.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { itWithFashionMnist } from "../../support/fashion-mnist.js";
import { runCommand } from "../../support/run-command.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("verifyRun", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const root = packageRoot();

  itWithFashionMnist(
    "passes a run that can be made again, and tells what changed under one that cannot",
    async (data) => {
      cpSync(join(root, "calibration/vc-0001/2026-11-23"), join(folder(), "chip"), { recursive: true });
      const path = join(folder(), "bench.config.json");
      const bench = {
        macros: { chip: { driver: "simulator", calibration: "chip" }, ideal: { driver: "simulator" } },
        data: { "fashion-mnist": data },
        defaults: {
          subject: "chip",
          reference: "ideal",
          network: join(root, "fixtures/networks/fashion-mnist-edp-first"),
          images: 12,
        },
        limits: { "agreement.share": { max: 0 } },
      };
      writeFileSync(path, JSON.stringify(bench));
      const config = loadBenchConfig(path);
      const { document } = await runBench({ config }, {});

      const { isVerified, checks, resultHash } = await verifyRun({ config, run: "latest" }, {});
      expect(checks.map(({ what, isPassed }) => [what, isPassed])).to.deep.equal([
        ["the stored bytes", true],
        ["what it was made from", true],
        ["the result", true],
      ]);
      expect(isVerified).to.equal(true);
      expect(resultHash).to.deep.equal({ stored: document.run.resultHash, again: document.run.resultHash });

      const chip = join(folder(), "chip/chip.json");
      const calibration = JSON.parse(readFileSync(chip, "utf8")) as object;
      writeFileSync(chip, JSON.stringify({ ...calibration, readNoiseSigmaLevels: 8 }));
      const changed = await verifyRun({ config, run: "latest" }, {});
      expect(changed.isVerified).to.equal(false);
      expect(changed.checks[1].said).to.equal("Another by now: subject's calibration.");
      expect(changed.checks[2].isPassed).to.equal(false);
      const { exitCode, stdout, stderr } = await runCommand(["verify", document.run.id, "--config", path, "--quiet"]);
      expect(exitCode).to.equal(6);
      expect(stdout).to.include("FAILED");
      expect(stderr).to.match(/^NAS_RUN_NOT_REPRODUCED: .* subject's calibration/);

      {
        using database = new Database(join(config.storeFolder, "nas4cim.sqlite"));
        expect(database.run("UPDATE step_blobs SET bytes = x'00' WHERE step = 'infer subject'")).to.equal(1);
      }
      await expectNasRejection("NAS_RECORD_DAMAGED", verifyRun({ config, run: "latest" }, {}));
    },
  );
});
