import { expect } from "chai";
import { type CostLayer, toCostLayers } from "../../../src/cost/cost-layer.js";
import { networkCost, networkTotals, prepareCostModel } from "../../../src/cost/evaluate.js";
import { type Hardware, isaacUnit } from "../../../src/cost/hardware.js";
import type { Schedule } from "../../../src/cost/pixel-times.js";
import { profiles } from "../../../src/cost/profile.js";
import { type KnownGraphName, knownGraphs } from "../../../src/network/known-graphs.js";
import { expectNasError } from "../../support/expect-nas-error.js";

const mnsim = profiles["mnsim-2.0"];

function layersOf(name: KnownGraphName, activationBits = 9, weightBits = 9): CostLayer[] {
  return toCostLayers(knownGraphs[name](), { activationBits, weightBits });
}

function edp(change: Partial<Hardware>, bits: [number, number] = [9, 9], schedule: Schedule = "pipelined"): number {
  return networkTotals(layersOf("resnet20", ...bits), prepareCostModel({ ...isaacUnit, ...change }, mnsim, schedule))
    .edp;
}

/** Figures that MNSIM 2.0 itself printed (commit ca39ccb), to the digits they were noted with. */
describe("the cost of a network, profile mnsim-2.0, beyond the golden runs", () => {
  const adcs8 = { adcsPerArray: 8 };
  const onePlane = { arraysPerPe: 1, adcsPerArray: 8 };
  const networks: [KnownGraphName, Partial<Hardware>, string, string][] = [
    ["lenet", {}, "0.995", "0.0109"],
    ["lenet", adcs8, "0.255", "0.0027"],
    ["lenet", onePlane, "0.361", "0.0070"],
    ["vgg8", {}, "29.62", "7.2545"],
    ["vgg8", adcs8, "7.394", "6.734"],
    ["vgg8", onePlane, "8.148", "8.146"],
  ];
  for (const [name, change, latencyMs, energyMillijoule] of networks) {
    it(`gives ${name} its latency and energy with ${JSON.stringify(change)}`, () => {
      const cost = networkTotals(layersOf(name), prepareCostModel({ ...isaacUnit, ...change }, mnsim, "pipelined"));
      expect(cost.latencyMs).to.be.closeTo(Number(latencyMs), halfDigit(latencyMs));
      expect(cost.energyMillijoule).to.be.closeTo(Number(energyMillijoule), halfDigit(energyMillijoule));
    });
  }

  const settings: [string, string, () => number][] = [
    ["no pipeline", "26.5", () => edp({}, [9, 9], "sequential")],
    ["64 DACs an array", "12.4", () => edp({ dacsPerArray: 64 })],
    ["2 ADCs an array", "1.17", () => edp({ adcsPerArray: 2 })],
    ["4 ADCs an array", "0.52", () => edp({ adcsPerArray: 4 })],
    ["10-bit ADC", "12.5", () => edp({ adc: "1" })],
    ["8-bit ADC of 4 mW", "8.66", () => edp({ adc: "3" })],
    ["6-bit ADC", "2.61", () => edp({ adc: "4" })],
    ["4-bit ADC", "1.22", () => edp({ adc: "7" })],
    ["8/8 bit", "2.68", () => edp({}, [8, 8])],
    ["9/5 bit", "1.97", () => edp({}, [9, 5])],
    ["5/9 bit", "1.29", () => edp({}, [5, 9])],
    ["4/4 bit", "0.348", () => edp({}, [4, 4])],
    ["2-bit DAC", "1.67", () => edp({ dac: "2" })],
    ["arrays of 64", "6.5", () => edp({ arrayRows: 64, arrayColumns: 64, dacsPerArray: 64 })],
    ["arrays of 256", "6.5", () => edp({ arrayRows: 256, arrayColumns: 256 })],
    ["one polarity", "8.03", () => edp({ polarity: 1 })],
    ["100 MHz", "7.03", () => edp({ clockMhz: 100 })],
    ["1 Gbps between tiles", "8.53", () => edp({ interTileGbps: 1 })],
    ["5 Gbps between tiles", "4.55", () => edp({ interTileGbps: 5 })],
    ["100 Gbps between tiles", "3.60", () => edp({ interTileGbps: 100 })],
    ["65 nm buffers", "4.123", () => edp({ bufferTechnologyNm: 65 })],
    ["8 ADCs of 4 mW, no pipeline", "4.29", () => edp({ adcsPerArray: 8, adc: "3" }, [9, 9], "sequential")],
  ];
  for (const [what, expected, ours] of settings) {
    it(`gives ResNet-20 an EDP of ${expected} with ${what}`, () => {
      expect(ours()).to.be.closeTo(Number(expected), halfDigit(expected));
    });
  }
});

/** Figures may have been rounded either way, and 6.5 stands for a bit more. */
function halfDigit(figure: string): number {
  return 0.51 * 10 ** -(figure.split(".")[1]?.length ?? 0);
}

describe("the fold over layers and parts", () => {
  for (const name of Object.keys(profiles) as (keyof typeof profiles)[]) {
    it(`adds up either way, profile ${name}`, () => {
      const model = prepareCostModel(isaacUnit, profiles[name], "pipelined");
      const cost = networkCost(layersOf("resnet20"), model);
      for (const member of ["energyNj", "powerWatt", "areaMm2"] as const) {
        const byLayer = cost.layers.reduce((sum, { total }) => sum + total[member], 0);
        const byPart = Object.values(cost.parts).reduce((sum, part) => sum + part[member], 0);
        expect(byLayer).to.be.closeTo(byPart, 1e-9 * byPart);
      }
      const { latencyMs, energyMillijoule, edp: product, powerWatt, areaMm2, tiles, pes } = cost;
      expect(networkTotals(layersOf("resnet20"), model)).to.deep.equal({
        latencyMs,
        energyMillijoule,
        edp: product,
        powerWatt,
        areaMm2,
        tiles,
        pes,
      });
    });
  }
});

describe("networks that do not fit", () => {
  it("names the layer whose window is higher than an array", () => {
    const model = prepareCostModel({ ...isaacUnit, arrayRows: 8, dacsPerArray: 8 }, mnsim, "pipelined");
    const error = expectNasError("NAS_COST_UNMAPPABLE", () => networkTotals(layersOf("resnet20"), model));
    expect(error.message).to.contain('"stem"').and.to.contain("9 rows");
  });

  it("tells how many tiles are missing", () => {
    const model = prepareCostModel({ ...isaacUnit, gridRows: 5, gridColumns: 5 }, mnsim, "pipelined");
    const error = expectNasError("NAS_COST_UNMAPPABLE", () => networkTotals(layersOf("resnet20"), model));
    expect(error.message).to.contain("26 tiles").and.to.contain("25");
  });
});
