import { expect } from "chai";
import { join } from "node:path";
import { readFileSync } from "node:fs";
import { packageRoot } from "../../../src/base/paths.js";
import { checkNetwork } from "../../../src/network/check-network.js";
import { networkFromGraph } from "../../../src/network/from-graph.js";
import { knownGraphs } from "../../../src/network/known-graphs.js";
import type { GraphNode, LayerGraph } from "../../../src/network/layer-graph.js";
import { countMacs, countParameters } from "../../../src/network/matrices.js";
import type { NetworkDescription } from "../../../src/network/network.js";
import { inferShapes } from "../../../src/network/shapes.js";
import { passingPlan, residualDescription } from "../../support/residual-network.js";
import { expectNasError } from "../../support/expect-nas-error.js";

const bits = { weights: 4, activations: 4, image: 8, addends: 8, pooled: 6, weightStepPer: "channel" as const };

describe("networkFromGraph", () => {
  it("keeps a graph's shapes and counts", () => {
    const graph = knownGraphs.resnet20();
    const network = networkFromGraph(graph, bits);
    expect(checkNetwork(network)).to.deep.equal(inferShapes(graph));
    expect(countParameters(network)).to.equal(268_346);
    expect(countMacs(network)).to.equal(40_551_040);
  });

  it("gives the bits, and no ReLU to what sums alone read", () => {
    const { input, nodes } = networkFromGraph(knownGraphs.resnet20(), bits);
    expect(input).to.deep.equal({ height: 32, width: 32, channels: 3, bits: 8, step: 1 / 255 });
    const node = (id: string) => nodes.find((each) => each.id === id);
    // Two read the stem, a convolution and a sum.
    expect(node("stem")).to.deep.include({ weightBits: 4, weightStepPer: "channel", outputBits: 4, inChannels: 3 });
    expect(node("stem")).to.not.have.property("activation");
    expect(node("s1b1.conv2")).to.deep.include({ activation: "none", outputBits: 8 });
    expect(node("s1b1.sum")).to.deep.include({ inputs: ["s1b1.conv2", "stem"], outputBits: 4 });
    expect(node("pool")).to.deep.include({ op: "globalAveragePool", outputBits: 6 });
    expect(node("fc")).to.deep.equal({
      id: "fc",
      op: "fc",
      inputs: ["pool"],
      inFeatures: 64,
      outFeatures: 10,
      weightBits: 4,
    });
  });

  it("takes the bits of activations where it is told no others, and one step a layer", () => {
    const { nodes } = networkFromGraph(knownGraphs.resnet20(), { weights: 8, activations: 5, image: 4 });
    expect(nodes.every((node) => !("outputBits" in node) || node.outputBits === 5)).to.equal(true);
    expect(nodes.every((node) => !("weightStepPer" in node))).to.equal(true);
  });

  it("keeps what passes integers on", () => {
    const { name, input, nodes } = residualDescription(passingPlan);
    const network = networkFromGraph({ name, input, nodes }, bits);
    for (const id of ["wide", "largest", "late"])
      expect(network.nodes.find((node) => node.id === id)).to.deep.equal(nodes.find((node) => node.id === id));
    expect(checkNetwork(network)).to.deep.equal(inferShapes({ input, nodes }));
  });

  it("makes of a stored network's graph the network itself", () => {
    const stored = (name: string) =>
      JSON.parse(
        readFileSync(join(packageRoot(), "fixtures/networks", name, "network.json"), "utf8"),
      ) as NetworkDescription;
    const { nodes, input } = stored("fashion-mnist-accuracy-first");
    const again = networkFromGraph(
      { name: "again", input, nodes },
      { weights: 4, activations: 4, image: 8, pooled: 6 },
    );
    expect(again.nodes).to.deep.equal(nodes);
    expect(again.input).to.deep.equal(input);
    const teacher = stored("fashion-mnist-teacher");
    expect(networkFromGraph(teacher, { weights: 8, activations: 8, image: 8 }).nodes).to.deep.equal(teacher.nodes);
  });

  const { name, input, nodes } = residualDescription();
  const graphOf = (...more: GraphNode[]): LayerGraph => ({ name, input, nodes: [...nodes.slice(0, -2), ...more] });
  const fc: GraphNode = { id: "classes", op: "fc", inputs: ["pool"], outFeatures: 4 };
  const mean: GraphNode = { id: "pool", op: "globalAveragePool", inputs: ["b1.sum"] };
  const faults: [what: string, graph: LayerGraph, message: RegExp][] = [
    ["no classifier at the end", graphOf(mean), /node "pool" \(globalAveragePool\): the last node is no fc/],
    ["no node at all", { name, input, nodes: [] }, /cannot become a network: the last node is no fc/],
    ["an fc before the end", graphOf(mean, { ...fc, id: "early" }, fc), /node "early" \(fc\): its outputs/],
    [
      "a sum of three",
      graphOf({ id: "three", op: "add", inputs: ["b0.sum", "b0.two", "stem"] }, mean, fc),
      /node "three" \(add\): it adds 3 maps/,
    ],
    [
      "average pooling by windows",
      graphOf({ id: "pool", op: "pool", inputs: ["b1.sum"], kind: "average", kernel: 2, stride: 2, padding: 0 }, fc),
      /node "pool" \(pool\): a network takes averages of whole maps alone/,
    ],
  ];
  for (const [what, graph, message] of faults) {
    it(`refuses ${what}`, () => {
      expect(expectNasError("NAS_NETWORK_GRAPH", () => networkFromGraph(graph, bits)).message).to.match(message);
    });
  }
});
