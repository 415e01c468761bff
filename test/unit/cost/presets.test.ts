import { expect } from "chai";
import fc from "fast-check";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { hardwarePresets, loadHardware, parseHardware } from "../../../src/cost/presets.js";
import { comparePublished } from "../../../src/cost/published.js";
import { prepareCostModel } from "../../../src/cost/evaluate.js";
import { isaacUnit } from "../../../src/cost/hardware.js";
import { profiles } from "../../../src/cost/profile.js";
import { knownGraphs } from "../../../src/network/known-graphs.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { expectLocatedErrors, mutationsOf } from "../../support/json-mutations.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const head = { format: "nas4cim-cost-hardware", version: 1 };

describe("hardware", () => {
  const folder = temporaryFolder();

  it("has the ISAAC unit of NAS4CIM's Table 2", () => {
    expect(hardwarePresets["isaac-unit"]).to.include({ arrayRows: 128, arrayColumns: 128, arraysPerPe: 8 });
    expect(hardwarePresets["isaac-unit"]).to.include({ dacsPerArray: 128, adcsPerArray: 1, adc: "2", dac: "1" });
  });

  it("is read from a file over the preset that it extends", () => {
    const hardware = parseHardware({ ...head, extends: "eight-adcs-per-array", clockMhz: 1000 }, "chip.json");
    expect(hardware).to.deep.equal({ ...isaacUnit, adcsPerArray: 8, clockMhz: 1000, name: "chip.json" });
  });

  it("is refused with unknown keys, wrong values and contradictions, each named", () => {
    const refuse = (more: object) => {
      const read = () => parseHardware({ ...head, ...more }, "chip.json");
      const { message, hint } = expectNasError("NAS_COST_HARDWARE", read);
      return `${message} (${hint})`;
    };
    expect(refuse({ adcPerArray: 8 })).to.contain('did you mean "adcsPerArray"');
    expect(refuse({ arrayRows: 12.5 })).to.contain("arrayRows is 12.5");
    expect(refuse({ polarity: 3 })).to.contain("polarity is 3");
    expect(refuse({ arrayRows: 64 }))
      .to.contain("dacsPerArray is 128")
      .and.to.contain("64");
    expect(refuse({ adcsPerArray: 256 })).to.contain("adcsPerArray is 256");
  });

  it("names the nearest preset where there is no such one", () => {
    const { hint } = expectNasError("NAS_COST_HARDWARE", () => loadHardware("isac-unit"));
    expect(hint).to.contain("isaac-unit");
  });

  it("gives a value or an error with its place, whatever is changed in a file", () => {
    const text = JSON.stringify({ ...head, extends: "isaac-unit", ...isaacUnit }, undefined, 1);
    const path = join(folder(), "hardware.json");
    fc.assert(
      fc.property(mutationsOf(text), (mutated) => {
        writeFileSync(path, mutated);
        expectLocatedErrors(mutated, path, () => loadHardware(path));
      }),
      { numRuns: 300 },
    );
  });

  it("is refused where it asks for a part that the components lack", () => {
    const prepare = (change: object) => () =>
      prepareCostModel({ ...isaacUnit, ...change }, profiles["mnsim-2.0"], "pipelined");
    expect(expectNasError("NAS_COST_HARDWARE", prepare({ adc: "12" })).message).to.contain("adc = 12");
    expectNasError("NAS_COST_HARDWARE", prepare({ bufferTechnologyNm: 7 }));
    expectNasError("NAS_COST_HARDWARE", prepare({ adderTechnologyNm: 7 }));
  });
});

describe("published figures beside ours", () => {
  it("bring ResNet-20 within 3 % by two settings, as the pages that noted MNSIM's figures say", () => {
    const rows = comparePublished(knownGraphs.resnet20());
    expect(rows.map(({ edp }) => edp.toPrecision(3))).to.deep.equal(["3.80", "4.12", "1.99", "4.29", "2.28"]);
    expect(rows.filter(({ ratio }) => Math.abs(ratio - 1) < 0.03)).to.have.length(2);
  });

  it("are left out where nothing is published", () => {
    expect(comparePublished(knownGraphs.lenet())).to.deep.equal([]);
  });
});
