import { expect } from "chai";
import fc from "fast-check";
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { prepareSchema } from "../../../src/store/schema.js";
import { Database } from "../../../src/store/sqlite.js";
import { openStore } from "../../../src/store/store.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { sampleNewRun } from "../../support/sample-record.js";
import { sampleEpochs, sampleNewTraining } from "../../support/sample-training.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const result = { parameters: 414, testImages: 10_000, floatCorrect: 9_000, quantizedCorrect: 8_950 };

describe("the trainings of a store", () => {
  const folder = temporaryFolder();
  let made = 0;
  const newFolder = () => join(folder(), String(made++));

  it("are given back as they were started, while they run, when left, and when done", () => {
    const runs = newFolder();
    const training = sampleNewTraining();
    let id: string;
    {
      using store = openStore(runs);
      id = store.trainings.create(training);
      expect(id).to.match(/^20260102-030405-[0-9a-z]{4}$/);
      expect(store.trainings.get(id)).to.deep.include({ ...training, id, status: "running", epochsDone: 0 });
    }
    using again = openStore(runs);
    expect(again.trainings.get(id)).to.deep.include({ ...training, id, status: "interrupted" });
    expect(again.trainings.resume(training.recipeHash, training.outputFolder, { node: "24" })).to.equal(id);
    again.trainings.saveEpochs(id, sampleEpochs());
    again.trainings.finish(id, result);
    const done = again.trainings.get(id.slice(0, 12));
    expect(done).to.deep.include({ status: "done", result, epochsDone: 17, versions: { node: "24" } });
    expect(done.endedAt).to.match(/^\d{4}-.*Z$/);
    expect(readdirSync(join(runs, "locks"))).to.deep.equal([]);
  });

  it("give any epochs back, in order; the whole log each time", () => {
    using store = openStore(newFolder());
    const id = store.trainings.create(sampleNewTraining());
    const number = fc.double({ min: 1e-9, max: 1e9, noNaN: true });
    const epoch = fc.record(
      {
        phase: fc.string(),
        epoch: fc.nat(),
        loss: number,
        trainAccuracy: number,
        heldOutAccuracy: number,
        seconds: number,
        learningRate: number,
      },
      { requiredKeys: ["phase", "epoch", "loss", "trainAccuracy", "seconds"] },
    );
    fc.assert(
      fc.property(fc.array(epoch, { maxLength: 8 }), (epochs) => {
        store.trainings.saveEpochs(id, epochs);
        expect(store.trainings.document(id).epochs).to.deep.equal(epochs);
      }),
      { numRuns: 30 },
    );
  });

  it("keep why one stopped, until it is taken up again", () => {
    using store = openStore(newFolder());
    const { trainings } = store;
    const training = sampleNewTraining();
    for (const status of ["diverged", "failed", "interrupted"] as const) {
      const id = trainings.create(training);
      trainings.setStatus(id, status, { code: "NAS_TRAIN_DIVERGED", message: "the loss became NaN" });
      const failure = { code: "NAS_TRAIN_DIVERGED", message: "the loss became NaN" };
      expect(trainings.get(id)).to.deep.include({ status, failure });
      expect(trainings.resume(training.recipeHash, training.outputFolder, {})).to.equal(id);
      expect(trainings.get(id)).to.include({ status: "running" }).and.to.not.have.any.keys("failure", "endedAt");
      trainings.finish(id, result);
    }
  });

  it("are resumed by recipe and folder, the newest that did not come to its end", () => {
    using store = openStore(newFolder());
    const { trainings } = store;
    const other = { ...sampleNewTraining("2026-01-05T00:00:00.000Z"), outputFolder: "/elsewhere" };
    for (const day of [1, 3, 2]) {
      const id = trainings.create({ ...sampleNewTraining(`2026-01-0${day}T00:00:00.000Z`), id: `day-${day}` });
      if (day === 3) trainings.finish(id, result);
      else trainings.setStatus(id, "interrupted");
    }
    trainings.setStatus(trainings.create({ ...other, id: "other" }), "interrupted");
    const { recipeHash, outputFolder } = sampleNewTraining();
    expect(trainings.list({ limit: 3 }).map(({ id }) => id)).to.deep.equal(["other", "day-3", "day-2"]);
    expect(trainings.resume("another recipe", outputFolder, {})).to.equal(undefined);
    expect(trainings.resume(recipeHash, outputFolder, {})).to.equal("day-2");
  });

  it("are held by one store at a time, and written by their holder alone", () => {
    const runs = newFolder();
    using first = openStore(runs);
    using second = openStore(runs);
    const training = sampleNewTraining();
    const id = first.trainings.create(training);
    expect(second.trainings.get(id).status).to.equal("running");
    expectNasError("NAS_RUN_RESUME", () => second.trainings.resume(training.recipeHash, training.outputFolder, {}));
    expectNasError("NAS_RUN_RESUME", () => second.trainings.saveEpochs(id, []));
    expectNasError("NAS_RUN_RESUME", () => second.trainings.finish(id, result));
    expectNasError("NAS_RUN_RESUME", () => first.trainings.create({ ...training, id }));
    first.trainings.setStatus(id, "interrupted");
    expectNasError("NAS_RUN_RESUME", () => first.trainings.setStatus(id, "failed"));
  });

  it("keep every acknowledged epoch when the process is killed, and show as interrupted", () => {
    const runs = newFolder();
    const module = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
    const script = `
      const { openStore } = await import(${module("../../../src/store/store.js")});
      const { sampleNewTraining, sampleEpochs } = await import(${module("../../support/sample-training.js")});
      const { trainings } = openStore(${JSON.stringify(runs)});
      const id = trainings.create({ ...sampleNewTraining(), id: "killed" });
      trainings.saveEpochs(id, sampleEpochs().slice(0, 6));
      process.kill(process.pid, "SIGKILL");`;
    const { signal, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
    expect(signal, stderr).to.equal("SIGKILL");
    using store = openStore(runs);
    const { training, epochs } = store.trainings.document("killed");
    expect(training).to.include({ status: "interrupted", epochsDone: 6 }).and.to.not.have.property("endedAt");
    expect(epochs).to.deep.equal(sampleEpochs().slice(0, 6));
  });

  it("are told from runs by their ids", () => {
    using store = openStore(newFolder());
    expectNasError("NAS_RECORD_NOT_FOUND", () => store.find("latest"));
    store.createRun({ ...sampleNewRun(), id: "20260101-run1" });
    expect(store.find("20260101")).to.deep.equal({ kind: "run", id: "20260101-run1" });
    store.trainings.create({ ...sampleNewTraining(), id: "20260101-trn1" });
    expect(store.find("20260101-t")).to.deep.equal({ kind: "training", id: "20260101-trn1" });
    expect(store.find("latest")).to.deep.equal({ kind: "run", id: "20260101-run1" });
    const both = expectNasError("NAS_RECORD_NOT_FOUND", () => store.find("20260101"));
    expect(both.message).to.contain("20260101-run1").and.to.contain("20260101-trn1");
    expectNasError("NAS_RECORD_NOT_FOUND", () => store.trainings.get("20260101-r"));
  });

  it("find room in a store of the version before them, whose runs stay", () => {
    const runs = newFolder();
    mkdirSync(runs, { recursive: true });
    {
      using database = new Database(join(runs, "nas4cim.sqlite"));
      prepareSchema(database, 1);
      database.run(
        `INSERT INTO runs (id, status, started_at, configuration, config_hash, network_hash, data_fingerprint, seed, versions,
           subject, reference) VALUES ('old', 'interrupted', '2026-01-01', '{}', '', '', '', 1, '{}', '{}', '{}')`,
      );
      expect(database.get("SELECT 1 FROM sqlite_master WHERE name = 'trainings'")).to.equal(undefined);
    }
    using store = openStore(runs);
    expect(store.listRuns().map(({ id, status }) => ({ id, status }))).to.deep.equal([
      { id: "old", status: "interrupted" },
    ]);
    expect(store.trainings.list()).to.deep.equal([]);
    store.trainings.create({ ...sampleNewTraining(), id: "new" });
    expect(store.trainings.get("new").status).to.equal("running");
  });
});
