import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { correctionEffects } from "../../../src/cost/correction-effects.js";
import { toCostLayers } from "../../../src/cost/cost-layer.js";
import { networkCost, networkTotals, prepareCostModel } from "../../../src/cost/evaluate.js";
import { isaacUnit } from "../../../src/cost/hardware.js";
import { type Correction, profiles } from "../../../src/cost/profile.js";
import { knownGraphs } from "../../../src/network/known-graphs.js";
import type { LayerGraph } from "../../../src/network/layer-graph.js";

const nineBits = { activationBits: 9, weightBits: 9 };

function modelWith(corrections: Correction[], change = {}) {
  const profile = { ...profiles["mnsim-2.0"], corrections: new Set(corrections) };
  return prepareCostModel({ ...isaacUnit, ...change }, profile, "pipelined");
}

describe("the corrections of the profile physical", () => {
  const resnet20 = toCostLayers(knownGraphs.resnet20(), nineBits);

  it("stand in docs/cost-model.md with the effects that they have", () => {
    const page = readFileSync(join(packageRoot(), "docs/cost-model.md"), "utf8");
    const rows = page
      .split("\n")
      .map((line) => line.split("|").map((cell) => cell.trim()))
      .filter((cells) => cells.length > 6 && cells[1].startsWith("`"));
    const percent = (value: number): string => {
      const text = value.toFixed(3);
      return Number(text) === 0 ? (value === 0 ? "0" : "< 0.001") : text.replace("-", "−");
    };
    const effects = correctionEffects().map(
      ({ correction, reason, on, latencyPercent, energyPercent, areaPercent }) => [
        `\`${correction}\``,
        reason,
        on,
        percent(latencyPercent),
        percent(energyPercent),
        percent(areaPercent),
      ],
    );
    expect(
      rows.map((cells) => cells.slice(1, 7)).filter(([name]) => effects.some(([own]) => own === name)),
    ).to.deep.equal(effects);
  });

  it("charge sums for the global buffer and their adders", () => {
    const cost = networkCost(resnet20, modelWith(["sums-cost-energy"]));
    const sum = cost.layers.find(({ layer }) => layer.op === "add")!;
    // 2 KB at 90 nm: 0.0075695 nJ a word of 20 ns, 1.006428 mW of leakage; 5 words for 2 × 16 values of 9 bit; 1,024 pixels.
    expect(sum.parts.bufferRead.energyNj).to.be.closeTo(1024 * 5 * (0.0075695 + 20 * 1.006428e-3), 1e-9);
    // 16 sums of 9 bit, 2.5 nW a bit, 10 ns.
    expect(sum.parts.elementwiseSum.energyNj).to.be.closeTo(1024 * 16 * 9 * 2.5e-9 * 10, 1e-12);
  });

  it("spend 8 cycles on 8 bits of magnitude", () => {
    const adcNs = (corrections: Correction[]) =>
      networkCost(resnet20, modelWith(corrections)).layers[0].parts.adc.latencyNs;
    expect(adcNs(["no-sign-cycle"]) / adcNs([])).to.be.closeTo(8 / 9, 1e-12);
  });

  it("put the planes of a weight into as many arrays as its cells need", () => {
    const planes = (bitsPerCell: number) =>
      networkCost(resnet20, modelWith(["weight-bits-per-cell"], { bitsPerCell })).layers[0].mapping.planes;
    expect([1, 2, 3, 4, 8].map(planes)).to.deep.equal([8, 4, 3, 2, 1]);
    expect(networkCost(resnet20, modelWith([], { bitsPerCell: 4 })).layers[0].mapping.planes).to.equal(8);
  });

  it("let a sum wait for the pixel that its shortcut takes, where the shortcut is the later input", () => {
    const graph: LayerGraph = {
      name: "late shortcut",
      input: { height: 16, width: 16, channels: 16 },
      nodes: [
        { id: "fast", op: "conv", inputs: ["input"], kernel: 1, stride: 2, padding: 0, outChannels: 16 },
        { id: "slow", op: "conv", inputs: ["input"], kernel: 5, stride: 1, padding: 2, outChannels: 16 },
        { id: "sum", op: "add", inputs: ["fast", "slow"] },
        { id: "fc", op: "fc", inputs: ["sum"], outFeatures: 10 },
      ],
    };
    const finish = (corrections: Correction[]) =>
      networkCost(toCostLayers(graph, nineBits), modelWith(corrections)).layers.map(({ finishNs }) => finishNs);
    const [, slow, mended] = finish(["shortcut-resampling"]);
    const [, , tool] = finish([]);
    // Pixel (7, 7) of the sum takes (14, 14) of 16 × 16, not the 64th of 256.
    expect(mended).to.be.greaterThan(0.9 * slow);
    expect(tool).to.be.lessThan(0.4 * slow);
  });

  it("leave weights, tiles and multiplications alone where cells hold one bit", () => {
    const [tool, physical] = [profiles["mnsim-2.0"], profiles.physical].map((profile) =>
      networkTotals(resnet20, prepareCostModel(isaacUnit, profile, "pipelined")),
    );
    expect([physical.tiles, physical.pes]).to.deep.equal([tool.tiles, tool.pes]);
  });
});
