import { expect } from "chai";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import type { RunComparison } from "../../../src/record/compare-runs.js";
import type { RunDocument } from "../../../src/record/run-document.js";
import type { StoredRun } from "../../../src/store/stored-run.js";
import { itWithFashionMnist } from "../../support/fashion-mnist.js";
import { type CommandOptions, runCommand } from "../../support/run-command.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("nas4cim run", function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const command = (data: string, words: string[], options: CommandOptions = {}) =>
    runCommand(words, { cwd: folder(), env: { NAS4CIM_DATA: data }, ...options });

  itWithFashionMnist("prints a summary on stdout and leaves run and report behind", async (data) => {
    const { exitCode, stdout, stderr } = await command(data, ["run", "--images", "20"]);
    expect(exitCode, stderr).to.equal(0);
    expect(stdout).to.include("virtual-chip").and.to.include("20 of 10,000 test images");
    const report = /^report: (.*)$/m.exec(stdout)?.[1] ?? "";
    expect(report).to.match(/runs.*report\.html$/);
    expect(existsSync(report)).to.equal(true);
    expect(stderr).to.match(/^run \S+: 20 images/m);
  });

  itWithFashionMnist("prints one document with --json, the same twice but for time and id", async (data) => {
    const words = ["run", "--images", "20", "--seed", "7", "--json", "--quiet"];
    const [first, second] = [await command(data, words), await command(data, [...words, "--threads", "1"])];
    expect([first.exitCode, first.stderr]).to.deep.equal([0, ""]);
    const [a, b] = [first, second].map(({ stdout }) => JSON.parse(stdout) as RunDocument);
    expect(a.run.seed).to.equal(7);
    expect(a.run.id).to.not.equal(b.run.id);
    expect(a.run.resultHash).to.equal(b.run.resultHash);
    const compared = await command(data, ["compare", a.run.id, b.run.id, "--json", "--quiet"]);
    const { paired, sameResult, commonImages } = JSON.parse(compared.stdout) as RunComparison;
    expect(sameResult).to.equal(true);
    expect(commonImages).to.equal(20);
    // No data at all is needed for it: the runs keep word of their images.
    const more = await command(data, ["run", "--images", "30", "--seed", "8", "--json", "--quiet"]);
    const c = JSON.parse(more.stdout) as RunDocument;
    const part = await command("", ["compare", a.run.id, c.run.id, "--json", "--quiet"]);
    expect(JSON.parse(part.stdout)).to.include({ commonImages: 20, sameImages: false }).and.to.have.property("paired");
    expect(paired).to.include({ fraction: 0, subjectOnly: 0, referenceOnly: 0 });
  });

  itWithFashionMnist("exits with 1 where a figure lies outside its limits", async (data) => {
    const shipped = JSON.parse(readFileSync(join(packageRoot(), "bench.config.json"), "utf8")) as {
      macros: object;
      defaults: { network: string };
    };
    const config = join(folder(), "strict.json");
    const network = join(packageRoot(), shipped.defaults.network);
    const strict = {
      macros: { ideal: { driver: "simulator" } },
      defaults: { subject: "ideal", reference: "ideal", network },
      limits: { "agreement.share": { min: 1 }, "accuracy.subject": { max: 0.5 } },
    };
    writeFileSync(config, JSON.stringify(strict));
    const words = ["run", "--config", config, "--images", "20"];
    const plain = await command(data, words);
    expect(plain.exitCode).to.equal(1);
    expect(plain.stdout).to.match(/accuracy\.subject.*/);
    const { exitCode, stdout, stderr } = await command(data, [...words, "--json", "--quiet"]);
    expect(exitCode).to.equal(1);
    expect((JSON.parse(stdout) as RunDocument).images).to.equal(20);
    expect(stderr).to.match(/^outside its limits: accuracy\.subject is [\d.]+ fraction \(max 0\.5\)\n$/);
  });

  itWithFashionMnist("goes on after an interruption and ends with the same result", async (data) => {
    const words = ["run", "--images", "200", "--seed", "3", "--json"];
    let sent = false;
    const interrupted = await command(data, words, {
      onStderr: (text, kill) => {
        if (sent || !/^run \S+: 200 images/m.test(text)) return;
        sent = true;
        setTimeout(() => kill("SIGINT"), 300);
      },
    });
    expect(interrupted).to.include({ exitCode: 130, stdout: "" });
    const id = /nas4cim run --resume (\S+)/.exec(interrupted.stderr)?.[1] ?? "no id";
    const [stored] = JSON.parse((await command(data, ["runs", "--json"])).stdout) as StoredRun[];
    expect(stored).to.include({ id, status: "interrupted" });
    const resumed = await command(data, ["run", "--resume", id, "--json", "--quiet"]);
    expect(resumed.exitCode, resumed.stderr).to.equal(0);
    const whole = await command(data, [...words, "--quiet"]);
    const [a, b] = [resumed, whole].map(({ stdout }) => JSON.parse(stdout) as RunDocument);
    expect(a.run.id).to.equal(id);
    expect(a.run.resultHash).to.equal(b.run.resultHash);
  });

  const wrong: [words: string[], exitCode: number, code: RegExp, nearest: RegExp][] = [
    [["--subjct", "ideal"], 2, /NAS_CLI_USAGE/, /--subject/],
    [["--images", "smok"], 2, /NAS_CLI_USAGE/, /"smoke"/],
    [["--seed", "-1"], 2, /NAS_CLI_USAGE/, /4294967295/],
    [["--threads", "0"], 2, /NAS_CLI_USAGE/, /from 1/],
    [["--subject", "virtual-chp"], 2, /NAS_CONFIG_INVALID/, /"virtual-chip"/],
    [["--dataset", "fashion-mnst"], 3, /NAS_DATA_UNKNOWN/, /"fashion-mnist"/],
    [["--network", "no-such"], 3, /NAS_NETWORK_NOT_FOUND/, /no-such/],
    [["--resume", "20200101"], 7, /NAS_RECORD_NOT_FOUND/, /run/],
  ];
  for (const [words, expected, code, nearest] of wrong) {
    it(`answers "run ${words.join(" ")}" with ${code.source}`, async () => {
      const { exitCode, stdout, stderr } = await runCommand(["run", ...words], { cwd: folder() });
      expect({ exitCode, stdout }).to.deep.equal({ exitCode: expected, stdout: "" });
      expect(stderr).to.match(code).and.to.match(nearest);
    });
  }
});
