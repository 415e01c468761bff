import { expect } from "chai";
import { toCostLayers } from "../../../src/cost/cost-layer.js";
import { networkCost, prepareCostModel } from "../../../src/cost/evaluate.js";
import { isaacUnit } from "../../../src/cost/hardware.js";
import { profiles } from "../../../src/cost/profile.js";
import type { LayerGraph } from "../../../src/network/layer-graph.js";
import { residualDescription } from "../../support/residual-network.js";

describe("toCostLayers", () => {
  it("takes a stored network for the graph that it is", () => {
    const layers = toCostLayers(residualDescription(), { activationBits: 9, weightBits: 9 });
    expect(layers.find(({ id }) => id === "b1.sum")).to.deep.include({ op: "add", outHeight: 3, outChannels: 7 });
    expect(layers.find(({ id }) => id === "pool")).to.deep.include({ op: "pool", kernel: 3, stride: 3, padding: 0 });
    expect(layers.at(-1)).to.deep.include({ id: "classes", op: "fc", inChannels: 7, outChannels: 4 });
  });

  it("costs a shortcut by itself as a sum of one map: time, no array, no energy in the tool", () => {
    const graph: LayerGraph = {
      name: "short",
      input: { height: 32, width: 32, channels: 3 },
      nodes: [
        { id: "s", op: "shortcut", inputs: ["input"], stride: 2, outChannels: 16 },
        { id: "c", op: "conv", inputs: ["s"], kernel: 3, stride: 1, padding: 1, outChannels: 8 },
      ],
    };
    const layers = toCostLayers(graph, { activationBits: 4, weightBits: 4 });
    const seen = { op: "add", inputs: [-1], outHeight: 16, outChannels: 16, kernel: 1, stride: 1 };
    expect(layers[0]).to.deep.include(seen);
    const { layers: costs } = networkCost(layers, prepareCostModel(isaacUnit, profiles["mnsim-2.0"], "pipelined"));
    expect(costs[0].mapping).to.include({ tiles: 0, pes: 0 });
    expect(costs[0].finishNs).to.be.greaterThan(0);
    expect(costs[0].total.energyNj).to.equal(0);
  });
});
