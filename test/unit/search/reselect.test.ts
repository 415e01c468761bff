import { expect } from "chai";
import { reselect, storedSignificances } from "../../../src/search/reselect.js";
import { objectives } from "../../../src/search/significance/objective.js";
import { searchView } from "../../../src/search/report/search-view.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { sampleSearchDocument } from "../../support/sample-search.js";

const edp = { objective: "edp", weights: objectives.edp };

describe("choosing anew from a search's record", () => {
  const document = sampleSearchDocument();

  it("gives what the search gave, from JSON alone", () => {
    const read = JSON.parse(JSON.stringify(document)) as typeof document;
    expect(reselect(read, edp)).to.deep.equal(document.selections[1]);
  });

  it("takes less than a second of work, the record's reading included", () => {
    const text = JSON.stringify(document);
    const started = process.cpuUsage();
    reselect(JSON.parse(text) as typeof document, edp);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1e6).to.be.lessThan(1);
  });

  it("may take another K and another figure", () => {
    const byLatency = storedSignificances(document, { metric: "latencyMs" });
    expect(byLatency.hardware).to.not.deep.equal(storedSignificances(document).hardware);
    expect(reselect(document, { ...edp, top: 3 }).top).to.equal(3);
    expectNasError("NAS_SEARCH_SETTINGS", () => reselect(document, { ...edp, top: 61 }));
  });

  it("hears a chip that was measured since", () => {
    const weights = { task: 0, hardware: 0, chip: 1 };
    const words = searchView(document).operators;
    const chip = [0, 1, 2].map(() => words.map((word) => (word === "c5" ? 1 : 0)));
    expect(reselect(document, { objective: "w=0,0,1", weights }, chip).chosen.network).to.equal("[c5][c5][c5]");
    expectNasError("NAS_SEARCH_OBJECTIVE", () => reselect(document, { objective: "w=0,0,1", weights }));
  });

  it("is refused while candidates are missing", () => {
    const half = sampleSearchDocument({ status: "interrupted" });
    const error = expectNasError("NAS_SEARCH_SETTINGS", () => reselect(half, edp));
    expect(error.hint).to.include(`--resume ${half.search.id}`);
  });
});

describe("what the report of a search shows", () => {
  const document = sampleSearchDocument();

  it("is every candidate with its cost by layer, summing to its own", () => {
    const { candidates } = searchView(document);
    expect(candidates).to.have.length(60);
    for (const { layers, energyMillijoule } of candidates) {
      expect(layers.reduce((sum, layer) => sum + layer.energyMillijoule, 0)).to.be.closeTo(energyMillijoule, 1e-9);
    }
  });

  it("tells what other K would choose, and other seeds", () => {
    const other = sampleSearchDocument({ id: "20260102-030405-othr", seed: 2 });
    const sameSeed = sampleSearchDocument({ id: "20260102-030405-same" });
    const { stability, seeds } = searchView(document, [document, other, sameSeed]);
    expect(stability.tops).to.deep.equal([3, 5, 10, 20, 40]);
    expect(stability.rows.map(({ objective }) => objective)).to.deep.equal(["accuracy", "edp"]);
    expect(seeds).to.deep.equal([{ searchId: other.search.id, seed: 2, tau: 1 }]);
  });
});
