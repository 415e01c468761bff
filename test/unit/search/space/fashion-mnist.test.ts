import { expect } from "chai";
import { toCostLayers } from "../../../../src/cost/cost-layer.js";
import { networkTotals, prepareCostModel } from "../../../../src/cost/evaluate.js";
import { isaacUnit } from "../../../../src/cost/hardware.js";
import { profiles } from "../../../../src/cost/profile.js";
import type { LayerGraph } from "../../../../src/network/layer-graph.js";
import { countMacs, countParameters } from "../../../../src/network/matrices.js";
import { enumerateGenotypes } from "../../../../src/search/space/explore.js";
import { searchSpaces } from "../../../../src/search/space/presets.js";
import { publishedGraph } from "../../../../src/search/space/published.js";
import { toGraph } from "../../../../src/search/space/to-graph.js";

describe("the FashionMNIST space, counted whole", () => {
  const space = searchSpaces["fashion-mnist"];
  const graphs = [...enumerateGenotypes(space)].map((genotype) => toGraph(space, genotype));
  const macs = graphs.map(countMacs);

  it("has 729 networks, no two with the same parameters and MACs", () => {
    const counts = new Set(graphs.map((graph, place) => `${countParameters(graph)} ${macs[place]}`));
    expect(counts.size).to.equal(729);
    expect(Math.min(...macs)).to.equal(640);
    expect(Math.max(...macs)).to.equal(60_932_736);
    expect(macs.reduce((sum, count) => sum + count) / 729).to.be.closeTo(17_415_012, 1);
  });

  it("has 104 networks of no larger EDP than the paper's accuracy-first one, 44 of at most 55 % of its EDP-first one's", () => {
    const model = prepareCostModel(isaacUnit, profiles["mnsim-2.0"], "pipelined");
    const edp = (graph: LayerGraph) =>
      networkTotals(toCostLayers(graph, { activationBits: 4, weightBits: 4 }), model).edp;
    const all = graphs.map(edp);
    const atMost = (bound: number) => all.filter((each) => each <= bound).length;
    expect(atMost(edp(publishedGraph("fashion-mnist-accuracy-first")))).to.equal(104);
    expect(atMost(0.55 * edp(publishedGraph("fashion-mnist-edp-first")))).to.equal(44);
  });
});
