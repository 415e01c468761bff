import { expect } from "chai";
import { datasetFacts, datasets } from "../../../src/data/dataset-facts.js";
import { expectNasError } from "../../support/expect-nas-error.js";

describe("datasetFacts", () => {
  it("knows each data set by its own name, with ten classes of different names", () => {
    for (const [name, facts] of Object.entries(datasets)) {
      expect(datasetFacts(name)).to.equal(facts);
      expect(facts.name).to.equal(name);
      expect(new Set(facts.classNames).size).to.equal(10);
    }
  });

  it("names the nearest one for a slip, and all of them for a stranger", () => {
    expect(expectNasError("NAS_DATA_UNKNOWN", () => datasetFacts("fashon-mnist")).hint).to.include('"fashion-mnist"');
    expect(expectNasError("NAS_DATA_UNKNOWN", () => datasetFacts("toString")).hint).to.include("cifar-10");
  });
});
