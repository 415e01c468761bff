import { expect } from "chai";
import { toCostLayers } from "../../../src/cost/cost-layer.js";
import { parseGraph, readGraph } from "../../../src/cost/read-graph.js";
import { knownGraphs } from "../../../src/network/known-graphs.js";
import { residualDescription } from "../../support/residual-network.js";
import { expectNasError } from "../../support/expect-nas-error.js";

const head = { format: "nas4cim-graph", version: 1 };

describe("a graph file", () => {
  it("gives back every known network", () => {
    for (const make of Object.values(knownGraphs)) {
      expect(parseGraph(JSON.parse(JSON.stringify({ ...head, ...make() })), "graph.json")).to.deep.equal(make());
    }
  });

  it("is refused with an operator that the model lacks, and with members missing, wrong or unknown", () => {
    const graph = knownGraphs.lenet();
    const refusal = (place: number, change: object): string => {
      const nodes = graph.nodes.map((node, index) => (index === place ? { ...node, ...change } : node));
      return expectNasError("NAS_NETWORK_INVALID", () => parseGraph({ ...head, ...graph, nodes }, "graph.json"))
        .message;
    };
    expect(refusal(2, { op: "lstm" }))
      .to.contain('nodes[2].op is "lstm"')
      .and.to.contain("conv, pool, globalAveragePool, add, fc");
    expect(refusal(0, { kernel: 0 })).to.contain("nodes[0].kernel is 0");
    expect(refusal(0, { kernel: undefined })).to.contain("nodes[0].kernel");
    expect(refusal(0, { inputs: ["input", "input"] })).to.contain("nodes[0].inputs");
    expect(refusal(0, { dilation: 2 })).to.contain("nodes[0].dilation is unknown");
  });

  it("must be there", () => {
    expectNasError("NAS_NETWORK_INVALID", () => readGraph("no-such-graph.json"));
  });
});

describe("a stored network", () => {
  it("is a graph, too", () => {
    const description = residualDescription();
    const layers = toCostLayers(description, { activationBits: 9, weightBits: 9 });
    expect(layers.find(({ id }) => id === "b1.sum")).to.deep.include({ op: "add", outHeight: 3, outChannels: 7 });
    expect(layers.find(({ id }) => id === "pool")).to.deep.include({ op: "pool", kernel: 3, stride: 3, padding: 0 });
    expect(layers.at(-1)).to.deep.include({ id: "classes", op: "fc", inChannels: 7, outChannels: 4 });
  });
});
