import { expect } from "chai";
import { join } from "node:path";
import type { NewSearch, SearchCandidate } from "../../../src/record/search.js";
import { openStore } from "../../../src/store/store.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const search: NewSearch = {
  space: "tiny",
  dataset: "fashion-mnist",
  seed: 3,
  settings: { candidates: 2 },
  settingsHash: "a".repeat(64),
  teacherHash: "b".repeat(64),
  dataFingerprint: "c".repeat(64),
  versions: { node: "24" },
  startedAt: "2026-01-02T03:04:05.000Z",
};

const ledger: SearchCandidate[] = [
  {
    place: 0,
    network: "[c3][b1]",
    choice: [2, 0, 3, 0],
    score: -4.5,
    parameters: 1000,
    macs: 2000,
    latencyMs: 0.5,
    energyMillijoule: 0.25,
    edp: 0.125,
    areaMm2: 1.5,
  },
  {
    place: 1,
    network: "[c1][b1]",
    choice: [1, 0, 3, 0],
    score: -5,
    failure: { code: "NAS_COST_UNMAPPABLE", message: "no room" },
  },
];

describe("the searches of a store", () => {
  const folder = temporaryFolder();
  let made = 0;
  const newFolder = () => join(folder(), String(made++));

  it("are given back as they were started, while they run, when left, and when done", () => {
    const runs = newFolder();
    let id: string;
    {
      using store = openStore(runs);
      id = store.searches.create(search);
      store.searches.saveStage(id, 0, { shares: [[1]] });
      expect(store.searches.get(id)).to.deep.include({
        ...search,
        id,
        status: "running",
        stagesDone: 1,
        candidates: 0,
      });
    }
    using again = openStore(runs);
    expect(again.searches.get("latest").status).to.equal("interrupted");
    expect(again.searches.claim(id).status).to.equal("running");
    again.searches.saveStage(id, 1, { shares: [[0.5, 0.5]] });
    again.searches.saveCandidates(id, ledger.slice(0, 1));
    again.searches.saveCandidates(id, ledger);
    again.searches.saveSelection(id, { objective: "edp" });
    again.searches.setStatus(id, "done");
    const document = again.searches.document(id.slice(0, 12));
    expect(document.search).to.deep.include({ ...search, status: "done", stagesDone: 2, candidates: 2 });
    expect(document.stages).to.deep.equal([{ shares: [[1]] }, { shares: [[0.5, 0.5]] }]);
    expect(document.candidates).to.deep.equal(ledger);
    expect(document.selections).to.deep.equal([{ objective: "edp" }]);
    expect(again.searches.list().map((one) => one.id)).to.deep.equal([id]);
    expect(again.find(id)).to.deep.equal({ kind: "search", id });
  });

  it("are written by their holder alone, but for selections", () => {
    const runs = newFolder();
    using store = openStore(runs);
    const id = store.searches.create(search);
    using other = openStore(runs);
    expectNasError("NAS_RUN_RESUME", () => other.searches.claim(id));
    expectNasError("NAS_RUN_RESUME", () => other.searches.saveCandidates(id, ledger));
    other.searches.saveSelection(id, { objective: "accuracy" });
    store.searches.setStatus(id, "failed", { code: "NAS_TRAIN_DIVERGED", message: "no numbers" });
    expect(other.searches.get(id)).to.deep.include({
      status: "failed",
      failure: { code: "NAS_TRAIN_DIVERGED", message: "no numbers" },
    });
  });

  it("are refused by name where there is none", () => {
    using store = openStore(newFolder());
    expect(expectNasError("NAS_RECORD_NOT_FOUND", () => store.searches.get("latest")).message).to.include(
      "no searches",
    );
  });
});
