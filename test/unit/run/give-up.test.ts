import { expect } from "chai";
import { join, resolve } from "node:path";
import { NasError } from "../../../src/base/errors.js";
import { giveUp } from "../../../src/run/give-up.js";
import type { RunConfiguration } from "../../../src/run/run-request.js";
import { Database } from "../../../src/store/sqlite.js";
import { openStore } from "../../../src/store/store.js";
import { sampleNewRun } from "../../support/sample-record.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

describe("giveUp", () => {
  const folder = temporaryFolder();
  const begun = (runId: string, configPath = resolve("bench.config.json")) => ({
    runId,
    configuration: { configPath } as RunConfiguration,
  });

  it("keeps why a run failed, and gives the very error", () => {
    using store = openStore(folder());
    const runId = store.createRun(sampleNewRun());
    const error = new Error("the board is gone");
    expect(giveUp(store, begun(runId), error, {})).to.equal(error);
    expect(store.getRun(runId)).to.deep.include({ status: "failed", failure: { message: "the board is gone" } });
  });

  it("gives the very error where the store refuses to keep it, and says so beside it", () => {
    const runs = join(folder(), "refusing");
    using store = openStore(runs);
    const runId = store.createRun(sampleNewRun());
    using database = new Database(join(runs, "nas4cim.sqlite"));
    database.exec("CREATE TRIGGER full BEFORE UPDATE ON runs BEGIN SELECT RAISE(ABORT, 'disk full'); END");
    const error = new Error("the board is gone");
    const remarks: string[] = [];
    expect(giveUp(store, begun(runId), error, { log: (text) => remarks.push(text) })).to.equal(error);
    expect(remarks.join()).to.contain(runId).and.to.contain("disk full");
  });

  it("says how to go on, with the config where another than the default was named", () => {
    using store = openStore(folder());
    const interrupted = new NasError("NAS_INTERRUPTED", "interrupted", { hint: "" });
    const told = (configPath?: string) =>
      giveUp(store, begun(store.createRun(sampleNewRun()), configPath), interrupted, {}) as NasError;
    expect(told("/bench/a.json").hint).to.match(/run --resume \S+ --config \/bench\/a\.json$/);
    expect(told("/bench/a.json").context).to.include({ config: "/bench/a.json" });
    expect(told().context).to.not.have.property("config");
  });
});
