import { expect } from "chai";
import fc from "fast-check";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { parseComponents, readComponents } from "../../../src/cost/components.js";
import { toCostLayers } from "../../../src/cost/cost-layer.js";
import { networkTotals, prepareCostModel } from "../../../src/cost/evaluate.js";
import { isaacUnit } from "../../../src/cost/hardware.js";
import { profiles } from "../../../src/cost/profile.js";
import { knownGraphs } from "../../../src/network/known-graphs.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { expectLocatedErrors, mutationsOf } from "../../support/json-mutations.js";
import { temporaryFolder } from "../../support/temporary-folder.js";

const shipped = readFileSync(join(packageRoot(), "fixtures/cost/components/mnsim-2.0.json"), "utf8");

type Json = Record<string, unknown>;

/** A user's own macro: a measured ADC over the numbers of mnsim-2.0. */
function ownMacro(adc: Json, more: Json = {}): Json {
  return {
    format: "nas4cim-cost-components",
    version: 1,
    name: "my-macro",
    extends: "mnsim-2.0",
    source: "measured on chip 7",
    adcs: { source: "measured on chip 7", technologyNm: 28, parts: [{ id: "mine", bits: 8, areaUm2: 900, ...adc }] },
    ...more,
  };
}

function refusal(raw: unknown): string {
  const { message, hint } = expectNasError("NAS_COST_COMPONENTS", () => parseComponents(raw, "my-macro.json"));
  return `${message} (${hint})`;
}

describe("component numbers", () => {
  const folder = temporaryFolder();

  it("say source and technology node of every section of the shipped files", () => {
    const sections = Object.values(JSON.parse(shipped) as Json).filter((value) => typeof value === "object") as Json[];
    expect(sections).to.have.length(11);
    for (const section of sections) {
      expect(section.source).to.be.a("string");
      const nodes = [section, ...((section.parts ?? []) as Json[])].filter((part) => "technologyNm" in part);
      expect(nodes, JSON.stringify(section).slice(0, 80)).to.not.be.empty;
    }
  });

  it("take a user's macro: latency and energy per conversion of an ADC change the network's figures accordingly", () => {
    const components = parseComponents(ownMacro({ latencyNs: 15.625, energyPerConversionPj: 31.25 }), "my-macro.json");
    const layers = toCostLayers(knownGraphs.resnet20(), { activationBits: 9, weightBits: 9 });
    const evaluate = (adc: string) =>
      networkTotals(layers, prepareCostModel({ ...isaacUnit, adc }, profiles["mnsim-2.0"], "pipelined", components));
    const [mine, theirs] = [evaluate("mine"), evaluate("2")];
    // 2 mW as ISAAC's, at work twice as long: twice its 0.5944 mJ.
    expect(mine.energyMillijoule - theirs.energyMillijoule).to.be.closeTo(0.59444325, 1e-9);
    expect(mine.latencyMs).to.be.greaterThan(theirs.latencyMs);
  });

  it("name the number that is missing", () => {
    expect(refusal(ownMacro({ energyPerConversionPj: 20 }))).to.contain("adcs.parts[0].latencyNs is missing");
    expect(refusal(ownMacro({ latencyNs: 10 }))).to.contain("adcs.parts[0].powerWatt is missing");
    const raw = JSON.parse(shipped) as { crossbar: Json };
    delete raw.crossbar.readLatencyNs;
    expect(refusal(raw)).to.contain("crossbar.readLatencyNs is missing");
  });

  it("refuse power and energy that contradict each other", () => {
    const raw = ownMacro({ latencyNs: 10, energyPerConversionPj: 20, powerWatt: 0.003 });
    expect(refusal(raw)).to.contain("adcs.parts[0].powerWatt is 0.003").and.to.contain("0.002");
    const agreed = parseComponents(ownMacro({ latencyNs: 10, energyPerConversionPj: 20, powerWatt: 0.002 }), "x");
    expect(agreed.adcs.find(({ id }) => id === "mine")?.powerWatt).to.equal(0.002);
  });

  it("refuse numbers out of range, unknown keys, ids given twice, shares that are none", () => {
    expect(refusal(ownMacro({ latencyNs: -1, powerWatt: 1 }))).to.contain("latencyNs is -1");
    expect(refusal(ownMacro({ latencyNs: 1, powerWatt: 1, powerWat: 2 }))).to.contain('did you mean "powerWatt"');
    expect(refusal(ownMacro({ latencyNs: 1, powerWatt: 1 }, { adsc: {} }))).to.contain('did you mean "adcs"');
    const twice = ownMacro({ latencyNs: 1, powerWatt: 1 }) as { adcs: { parts: Json[] } };
    twice.adcs.parts.push(twice.adcs.parts[0]);
    expect(refusal(twice)).to.contain('adcs.parts[1].id is "mine" again');
    const raw = JSON.parse(shipped) as { crossbar: Json };
    raw.crossbar.voltageShares = [0.9, 0.2];
    expect(refusal(raw)).to.contain("voltageShares");
  });

  it("say so where there is no such file", () => {
    expectNasError("NAS_COST_COMPONENTS", () => readComponents("no-such-file"));
  });

  it("say line and column, and take what a file extends from beside that file", () => {
    const write = (name: string, content: string) => {
      writeFileSync(join(folder(), name), content);
      return join(folder(), name);
    };
    write("base.json", JSON.stringify(ownMacro({ latencyNs: 1, powerWatt: 1 })));
    const path = write("own.json", JSON.stringify({ ...ownMacro({}), extends: "./base.json", adcs: undefined }));
    expect(readComponents(path).adcs.at(-1)?.id).to.equal("mine");
    const text = JSON.stringify(ownMacro({ latencyNs: 0, powerWatt: 1 }), undefined, 2);
    const wrong = write("wrong.json", text);
    const line = text.split("\n").findIndex((row) => row.includes("latencyNs")) + 1;
    const error = expectNasError("NAS_COST_COMPONENTS", () => readComponents(wrong));
    expect(error.message).to.equal(`${wrong}:${line}:22: adcs.parts[0].latencyNs is 0, expected a number above 0`);
  });

  it("refuse a file that extends itself, by whatever way", () => {
    const path = join(folder(), "loop.json");
    writeFileSync(path, JSON.stringify({ ...ownMacro({}), extends: "loop.json", adcs: undefined }));
    const { message } = expectNasError("NAS_COST_COMPONENTS", () => readComponents(path));
    expect(message).to.match(/loop\.json:1:\d+: extends is "loop.json": this is file number 8 of a chain/);
  });

  it("give a value or an error with its place, whatever is changed in a file", () => {
    const text = JSON.stringify(ownMacro({ latencyNs: 1, powerWatt: 1 }), undefined, 1);
    const path = join(folder(), "changed.json");
    fc.assert(
      fc.property(mutationsOf(text), (mutated) => {
        writeFileSync(path, mutated);
        expectLocatedErrors(mutated, path, () => readComponents(path));
      }),
      { numRuns: 300 },
    );
  });

  it("differ between the shipped files in the 8-bit DAC alone", () => {
    const [tool, mended] = [readComponents("mnsim-2.0"), readComponents("physical")];
    const others = (components: typeof tool) => ({
      ...components,
      name: "",
      source: "",
      dacs: components.dacs.filter(({ id }) => id !== "6"),
    });
    expect(others(mended)).to.deep.equal(others(tool));
    expect(mended.dacs.find(({ id }) => id === "6")?.powerWatt).to.equal(0.4992e-3);
  });
});
