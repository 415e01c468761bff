import { expect } from "chai";
import { costDocument, type CostRequest } from "../../../src/cost/cost-document.js";
import { isaacUnit } from "../../../src/cost/hardware.js";
import { parseSweepAxis, sweep } from "../../../src/cost/sweep.js";
import { knownGraphs } from "../../../src/network/known-graphs.js";
import { expectNasError } from "../../support/expect-nas-error.js";

const request: CostRequest = {
  graph: knownGraphs.resnet20(),
  hardware: isaacUnit,
  profile: "mnsim-2.0",
  schedule: "pipelined",
  precision: { activationBits: 9, weightBits: 9 },
};

describe("a sweep", () => {
  it("gives the figures that the settings give one by one", () => {
    const points = sweep(request, [
      parseSweepAxis("adcsPerArray=1,8"),
      parseSweepAxis("schedule=pipelined,sequential"),
    ]);
    expect(points.map(({ settings }) => settings)).to.deep.equal([
      { adcsPerArray: 1, schedule: "pipelined" },
      { adcsPerArray: 1, schedule: "sequential" },
      { adcsPerArray: 8, schedule: "pipelined" },
      { adcsPerArray: 8, schedule: "sequential" },
    ]);
    const hardware = { ...isaacUnit, adcsPerArray: 8 };
    expect(points[3].edp).to.equal(costDocument({ ...request, hardware, schedule: "sequential" }).edp);
  });

  it("marks points that no other beats in latency, energy and area", () => {
    const points = sweep(request, [parseSweepAxis("adcsPerArray=1,8"), parseSweepAxis("adc=2,3")]);
    // Converter 3 is slower, hungrier and larger than converter 2.
    expect(points.map(({ isPareto }) => isPareto)).to.deep.equal([true, false, true, false]);
  });

  it("sweeps bits and profiles", () => {
    const bits = sweep(request, [parseSweepAxis("activationBits=5"), parseSweepAxis("weightBits=9")]);
    expect(bits[0].edp).to.be.closeTo(1.29, 0.005);
    const [tool, physical] = sweep(request, [parseSweepAxis("profile=mnsim-2.0,physical")]);
    expect(physical.edp).to.be.lessThan(tool.edp);
  });

  it("refuses other forms, unknown keys and values that a key cannot have", () => {
    for (const text of ["adcsPerArray", "=1", "adcsPerArray=", "adcsPerArray=1,,2"])
      expectNasError("NAS_CLI_USAGE", () => parseSweepAxis(text));
    expect(expectNasError("NAS_CLI_USAGE", () => parseSweepAxis("adcPerArray=1")).hint).to.contain("adcsPerArray");
    for (const text of ["adcsPerArray=two", "adcsPerArray=0", "polarity=3", "schedule=fast", "profile=x"])
      expectNasError("NAS_COST_HARDWARE", () => sweep(request, [parseSweepAxis(text)]));
  });
});
