import { expect } from "chai";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunComparison } from "../../../src/record/compare-runs.js";
import type { RunDocument } from "../../../src/record/run-document.js";
import { openStore } from "../../../src/store/store.js";
import type { StoredRun } from "../../../src/store/stored-run.js";
import type { StoredTraining, TrainingDocument } from "../../../src/record/training.js";
import { sampleNewRun } from "../../support/sample-record.js";
import { runCommand } from "../../support/run-command.js";
import { sampleRunDocument } from "../../support/sample-run-document.js";
import { sampleNewTraining, sampleTrainingDocument } from "../../support/sample-training.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("the commands that read the store", () => {
  const folder = temporaryFolder();
  const nas4cim = (...words: string[]) => runCommand(words, { cwd: folder() });
  const newRun = (startedAt: string) => ({
    ...sampleNewRun(startedAt),
    configuration: { dataset: "fashion-mnist", dataPath: join(folder(), "no-such-data"), images: 1000 },
  });
  let sample: RunDocument;
  let finished: string;
  let failed: string;

  before(() => {
    using store = openStore(join(folder(), "runs"));
    finished = store.createRun(newRun("2026-01-02T03:04:05.000Z"));
    sample = sampleRunDocument({ images: 1000 });
    sample.run.id = finished;
    store.finishRun(finished, sample, [
      { name: "difference.fraction", value: -0.02, unit: "fraction", limits: { min: -0.01 }, verdict: "fail" },
    ]);
    failed = store.createRun(newRun("2026-01-03T03:04:05.000Z"));
    store.setStatus(failed, "failed", { code: "NAS_MACRO_DRIVER_FAILED", message: "the board is gone" });
  });

  it("list runs, newest first", async () => {
    const { exitCode, stdout, stderr } = await nas4cim("runs");
    expect({ exitCode, stderr }).to.deep.equal({ exitCode: 0, stderr: "" });
    expect(stdout.indexOf(failed)).to.be.greaterThan(0).and.to.be.lessThan(stdout.indexOf(finished));
    const listed = JSON.parse((await nas4cim("runs", "--json", "--limit", "1")).stdout) as StoredRun[];
    expect(listed.map(({ id, status }) => ({ id, status }))).to.deep.equal([{ id: failed, status: "failed" }]);
  });

  it("show a finished run in words and as its document", async () => {
    expect((await nas4cim("show", finished)).stdout)
      .to.include(finished)
      .and.to.include("difference.fraction");
    const { stdout } = await nas4cim("show", finished, "--json");
    expect(JSON.parse(stdout)).to.deep.equal(JSON.parse(JSON.stringify(sample)));
  });

  it("show what is known of a run without results", async () => {
    expect((await nas4cim("show", "latest")).stdout).to.include("failed");
    const run = JSON.parse((await nas4cim("show", failed, "--json")).stdout) as StoredRun;
    expect(run.failure).to.deep.equal({ code: "NAS_MACRO_DRIVER_FAILED", message: "the board is gone" });
  });

  it("compare two runs, unpaired where the images cannot be read", async () => {
    const words = ["compare", finished, finished];
    const { exitCode, stdout, stderr } = await nas4cim(...words);
    expect(exitCode).to.equal(0);
    expect(stdout).to.include(finished);
    expect(stderr).to.include("without pairing");
    const comparison = JSON.parse((await nas4cim(...words, "--json", "--quiet")).stdout) as RunComparison;
    expect(comparison).to.include({ sameResult: true }).and.to.not.have.property("paired");
  });

  it("write the report again, into the run's folder or another", async () => {
    const own = (await nas4cim("report", finished)).stdout.trim();
    expect(own).to.equal(join(folder(), "runs", finished, "report.html"));
    const elsewhere = JSON.parse(
      (await nas4cim("report", "20260102", "--out", "elsewhere", "--json")).stdout,
    ) as object;
    expect(elsewhere).to.deep.equal({ report: join(folder(), "elsewhere/report.html") });
    expect(readFileSync(join(folder(), "elsewhere/report.html"), "utf8")).to.equal(readFileSync(own, "utf8"));
    expect(readFileSync(own, "utf8")).to.include(sample.network.name);
  });

  describe("and its trainings", () => {
    const document = sampleTrainingDocument();
    let id: string;

    before(() => {
      using store = openStore(join(folder(), "runs"));
      id = store.trainings.create(sampleNewTraining("2026-01-04T03:04:05.000Z"));
      store.trainings.saveEpochs(id, document.epochs);
      store.trainings.finish(id, document.training.result!);
    });

    it("list them", async () => {
      const { exitCode, stdout, stderr } = await nas4cim("trainings");
      expect({ exitCode, stderr }).to.deep.equal({ exitCode: 0, stderr: "" });
      expect(stdout).to.include(id).and.to.include("92.08 %").and.to.not.include(finished);
      const listed = JSON.parse((await nas4cim("trainings", "--json", "--limit", "1")).stdout) as StoredTraining[];
      expect(listed.map((training) => training.id)).to.deep.equal([id]);
    });

    it("show one in words and as a document; the latest stays the latest run", async () => {
      expect((await nas4cim("show", "20260104")).stdout).to.include("Done: 17 epochs.");
      const shown = JSON.parse((await nas4cim("show", id, "--json")).stdout) as TrainingDocument;
      expect(shown).to.deep.include({ format: "nas4cim-training", version: 1, epochs: document.epochs });
      expect((await nas4cim("show", "latest")).stdout).to.include(failed);
    });

    it("draw one's curves", async () => {
      const path = (await nas4cim("report", id)).stdout.trim();
      expect(path).to.equal(join(folder(), "runs", id, "report.html"));
      expect(readFileSync(path, "utf8")).to.include('id="figure-training-loss"');
      expect(existsSync(join(folder(), "runs", id, "figures", "training-accuracy.svg"))).to.equal(true);
    });
  });

  it("tag, note, filter and delete runs", async () => {
    const made: string[] = [];
    {
      using store = openStore(join(folder(), "runs"));
      for (const seed of [41, 42]) made.push(store.createRun({ ...newRun("2025-05-05T05:05:05.000Z"), seed }));
      for (const id of made) store.setStatus(id, "failed");
    }
    const [one, two] = made;
    expect((await nas4cim("tag", one, "warm", "baseline")).stdout).to.equal(`${one}: baseline, warm\n`);
    expect((await nas4cim("tag", one, "warm", "--remove")).stdout).to.equal(`${one}: baseline\n`);
    expect((await nas4cim("note", one, "board", "was", "warm")).stdout).to.equal(`${one}: board was warm\n`);
    const listed = async (...filters: string[]) => {
      const { stdout } = await nas4cim("runs", "--json", ...filters.flatMap((text) => ["--filter", text]));
      return (JSON.parse(stdout) as StoredRun[]).map(({ id }) => id);
    };
    expect(await listed("tag=baseline")).to.deep.equal([one]);
    expect(await listed("status=failed", "before=2025-06", "seed=42")).to.deep.equal([two]);
    expect((await nas4cim("runs", "--filter", "tga=x")).stderr).to.match(/^NAS_CLI_USAGE[^]*"tag"/);
    expect((await nas4cim("runs", "--filter", "tag")).stderr).to.match(/^NAS_CLI_USAGE.* has no "="/);

    const asked = await nas4cim("delete", two);
    expect(asked).to.include({ exitCode: 2, stdout: "" });
    expect(asked.stderr).to.include("--yes");
    expect((await nas4cim("delete", two, "--yes")).stdout).to.equal(`run ${two} is deleted\n`);
    expect((await nas4cim("show", two)).exitCode).to.equal(7);
    expect((await nas4cim("delete", one, "--yes")).exitCode).to.equal(0);
  }).timeout(60_000);

  it("say what is missing, and make no store by looking for one", async () => {
    const unknown = await nas4cim("show", "20260909");
    expect(unknown).to.include({ exitCode: 7, stdout: "" });
    expect(unknown.stderr).to.match(/^NAS_RECORD_NOT_FOUND/);
    expect((await nas4cim("report", failed)).stderr).to.match(/^NAS_RECORD_NOT_FOUND.* failed/);
    const empty = join(folder(), "empty");
    mkdirSync(empty);
    expect(await runCommand(["runs"], { cwd: empty })).to.include({ exitCode: 7, stdout: "" });
    expect(existsSync(join(empty, "runs"))).to.equal(false);
  });

  it("read a store that cannot be written, a run of it that is under way included", async function () {
    // The superuser writes everywhere: the commands then run as somebody else.
    const isSuperuser = process.getuid?.() === 0;
    if (process.getuid === undefined) this.skip();
    const runs = join(folder(), "runs");
    using store = openStore(runs);
    const under = store.createRun({ ...sampleNewRun("2025-01-01T00:00:00.000Z"), id: "under-way" });
    chmodSync(folder(), 0o755);
    for (const path of [runs, join(runs, "nas4cim.sqlite")]) chmodSync(path, path === runs ? 0o555 : 0o444);
    try {
      const look = (...words: string[]) =>
        runCommand(words, { cwd: folder(), ...(isSuperuser ? { uid: 65534 } : {}), env: { HOME: folder() } });
      const { exitCode, stdout, stderr } = await look("runs");
      expect({ exitCode, stderr }).to.deep.equal({ exitCode: 0, stderr: "" });
      expect(stdout).to.include(finished).and.to.include(under);
      expect((await look("show", finished)).stdout).to.include("difference.fraction");
      expect((await look("compare", finished, finished, "--quiet")).exitCode).to.equal(0);
      expect(await look("report", finished)).to.include({ exitCode: 6 });
      expect(await look("report", finished, "--out", join(tmpdir(), "nas4cim-report-of-a-test"))).to.include({
        exitCode: 0,
      });
    } finally {
      for (const path of [runs, join(runs, "nas4cim.sqlite")]) chmodSync(path, 0o755);
      rmSync(join(tmpdir(), "nas4cim-report-of-a-test"), { recursive: true, force: true });
      store.setStatus(under, "failed");
    }
  });

  it("take the store of the config they are given", async () => {
    const config = join(folder(), "other.json");
    const macros = { ideal: { driver: "simulator" } };
    const defaults = { subject: "ideal", reference: "ideal", network: "n" };
    writeFileSync(config, JSON.stringify({ macros, defaults, store: { folder: "nowhere" } }));
    const { stderr } = await runCommand(["runs", "--config", config], { cwd: "/" });
    expect(stderr).to.include(join(folder(), "nowhere"));
  });
});
