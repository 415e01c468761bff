import { expect } from "chai";
import { costDocument } from "../../../src/cost/cost-document.js";
import { isaacUnit } from "../../../src/cost/hardware.js";
import { costOfRun } from "../../../src/run/cost-of-run.js";
import { sampleSpec } from "../../support/macro-spec.js";
import { smallDescription } from "../../support/small-network.js";

describe("costOfRun", () => {
  it("is the cost model's answer for the macro's arrays and the network's own bits", () => {
    const spec = { ...sampleSpec, arrayRows: 64, arrayColumns: 32, cellBits: 2 };
    const cost = costOfRun(smallDescription(), spec)!;
    const hardware = { ...isaacUnit, arrayRows: 64, arrayColumns: 32, dacsPerArray: 64, bitsPerCell: 2 };
    const { latencyMs, energyMillijoule, edp, areaMm2, tiles, pes } = costDocument({
      graph: smallDescription(),
      hardware,
      profile: "physical",
      schedule: "pipelined",
      precision: {},
    });
    expect(cost).to.deep.include({ latencyMs, energyMillijoule, edp, areaMm2, tiles, pes, profile: "physical" });
    expect(cost.edp).to.be.greaterThan(0);
  });

  it("is none where a kernel has more rows than an array", () => {
    expect(costOfRun(smallDescription(), { ...sampleSpec, arrayRows: 8 })).to.equal(undefined);
  });
});
