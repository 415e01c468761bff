import { expect } from "chai";
import { parseGraph, readGraph } from "../../../src/network/read-graph.js";
import { knownGraphs } from "../../../src/network/known-graphs.js";
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
      .and.to.contain("conv, pool, globalAveragePool, shortcut, add, fc");
    expect(refusal(0, { kernel: 0 })).to.contain("nodes[0].kernel is 0");
    expect(refusal(0, { kernel: undefined })).to.contain("nodes[0].kernel");
    expect(refusal(0, { inputs: ["input", "input"] })).to.contain("nodes[0].inputs");
    expect(refusal(0, { dilation: 2 })).to.contain("nodes[0].dilation is no known key");
  });

  it("takes a larger stride than a window, and none that no network of ours can have", () => {
    const [conv, ...rest] = knownGraphs.lenet().nodes;
    const read = (change: object) =>
      parseGraph({ ...head, ...knownGraphs.lenet(), nodes: [{ ...conv, ...change }, ...rest] }, "graph.json");
    expect(read({ stride: 16 }).nodes[0]).to.include({ stride: 16 });
    expectNasError("NAS_NETWORK_INVALID", () => read({ stride: 17 }));
  });

  it("must be there", () => {
    expectNasError("NAS_NETWORK_INVALID", () => readGraph("no-such-graph.json"));
  });

  it("may have a shortcut by itself", () => {
    const { input, nodes } = knownGraphs.lenet();
    const short = { id: "s", op: "shortcut", inputs: ["input"], stride: 2, outChannels: 16 };
    const graph = { name: "short", input, nodes: [short, { ...nodes[0], inputs: ["s"] }] };
    expect(parseGraph({ ...head, ...graph }, "graph.json")).to.deep.equal(graph);
  });
});
