import { expect } from "chai";
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { compareRuns } from "../../../src/record/compare-runs.js";
import { schemaVersion } from "../../../src/store/schema.js";
import { Database } from "../../../src/store/sqlite.js";
import { openStore } from "../../../src/store/store.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

/** What nas4cim 0.1.0 left in its store: a finished run, an interrupted one, a training. See fixtures/stores/README.md. */
describe("a store of schema version 2", () => {
  const folder = temporaryFolder();
  const finished = "20261125-125702-f8tq";
  const interrupted = "20261125-125705-nz3r";

  /** A copy of it, as no test may change the original. */
  function copy(name: string): string {
    const runs = join(folder(), name);
    mkdirSync(runs);
    copyFileSync(join(packageRoot(), "fixtures/stores/version-2/nas4cim.sqlite"), join(runs, "nas4cim.sqlite"));
    return runs;
  }

  it("is read whole, and brought to this version", () => {
    const runs = copy("whole");
    {
      using store = openStore(runs);
      expect(store.listRuns().map(({ id, status }) => [id, status])).to.deep.equal([
        [interrupted, "interrupted"],
        [finished, "finished"],
      ]);
      const run = store.getRun(finished);
      expect(run).to.not.have.property("contents");
      expect(run.networkHash).to.match(/^[0-9a-f]{64}$/);
      expect(run.headline).to.include({ images: 12, network: "fashion-mnist-edp-first" });
      const document = store.document(finished);
      expect(document).to.include({ format: "nas4cim-run", version: 1, images: 12 });
      expect(compareRuns(document, document).sameResult).to.equal(true);
      expect(store.measurements(finished).find(({ name }) => name === "agreement.share")).to.deep.include({
        limits: { min: 0.5 },
        verdict: "pass",
      });
      expect(store.stepKeys(interrupted, "infer integer")).to.have.length(1);
      expect(
        store.loadStep(interrupted, "infer integer", "round 0000 images 00000000")?.blobs.predictions,
      ).to.have.length(12);
      expect(store.trainings.list()[0]).to.include({ status: "done", epochsDone: 2 });
      expect(store.claimRun(interrupted).status).to.equal("running");
    }
    using database = new Database(join(runs, "nas4cim.sqlite"));
    expect(database.get("PRAGMA user_version")).to.include({ user_version: schemaVersion });
    expect(database.all("PRAGMA foreign_key_check")).to.deep.equal([]);
    expect(database.get("PRAGMA integrity_check")).to.include({ integrity_check: "ok" });
  });

  it("still lets the steps of a run go with it", () => {
    const runs = copy("cascade");
    openStore(runs).close();
    using database = new Database(join(runs, "nas4cim.sqlite"));
    database.exec("PRAGMA foreign_keys = ON");
    database.run("DELETE FROM runs WHERE id = ?", interrupted);
    const left = (table: string) =>
      database.get(`SELECT count(*) AS n FROM ${table} WHERE run_id = '${interrupted}'`)?.n;
    expect([left("steps"), left("step_blobs")]).to.deep.equal([0, 0]);
  });

  it("tells a changed figure by the document's own hash, though it has no other", () => {
    const runs = copy("changed");
    {
      using database = new Database(join(runs, "nas4cim.sqlite"));
      database.run(`UPDATE runs SET document = replace(document, '"correct":11', '"correct":12')`);
    }
    using store = openStore(runs);
    expectNasError("NAS_RECORD_DAMAGED", () => store.document(finished));
  });
});
