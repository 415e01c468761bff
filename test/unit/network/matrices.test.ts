import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import type { GraphNode, LayerGraph } from "../../../src/network/layer-graph.js";
import { countMacs, countParameters, graphMatrices } from "../../../src/network/matrices.js";
import type { ConvNode, NetworkDescription } from "../../../src/network/network.js";
import { residualDescription } from "../../support/residual-network.js";
import { smallDescription } from "../../support/small-network.js";

const conv = (id: string, from: string, kernel: number, stride: number, outChannels: number): GraphNode => ({
  id,
  op: "conv",
  inputs: [from],
  kernel,
  stride,
  padding: (kernel - 1) / 2,
  outChannels,
});

const graphOf = (...nodes: GraphNode[]): LayerGraph => ({
  name: "made up",
  input: { height: 7, width: 9, channels: 2 },
  nodes,
});

const pool = (id: string, from: string, kernel: number, stride: number, padding = 0): GraphNode => ({
  id,
  op: "pool",
  inputs: [from],
  kind: "max",
  kernel,
  stride,
  padding,
});

const shipped = JSON.parse(
  readFileSync(join(packageRoot(), "fixtures/networks/fashion-mnist-accuracy-first/network.json"), "utf8"),
) as NetworkDescription;

/** NAS4CIM's network of the least energy-delay product: the first kernel is 3 × 3. */
const edpFirst: NetworkDescription = {
  ...shipped,
  nodes: shipped.nodes.map((node) => (node.id === "conv1" ? { ...(node as ConvNode), kernel: 3, padding: 1 } : node)),
};

describe("the counts of a graph", () => {
  const graph = graphOf(conv("a", "input", 3, 2, 4), pool("p", "a", 2, 2), {
    id: "classes",
    op: "fc",
    inputs: ["p"],
    outFeatures: 10,
  });

  it("count weights and the classifier's bias", () => {
    expect(countParameters(graph)).to.equal(3 * 3 * 2 * 4 + 2 * 2 * 4 * 10 + 10);
  });

  it("count every weight once a position, without the bias", () => {
    expect(countMacs(graph)).to.equal(4 * 5 * (3 * 3 * 2 * 4) + 2 * 2 * 4 * 10);
  });

  it("come from the matrices of the layers with weights", () => {
    expect(graphMatrices(graph)).to.deep.equal([
      {
        id: "a",
        op: "conv",
        source: "input",
        inShape: { height: 7, width: 9, channels: 2 },
        outShape: { height: 4, width: 5, channels: 4 },
        rows: 18,
        outputs: 4,
        bias: 0,
        positions: 20,
      },
      {
        id: "classes",
        op: "fc",
        source: "p",
        inShape: { height: 2, width: 2, channels: 4 },
        outShape: { height: 1, width: 1, channels: 10 },
        rows: 16,
        outputs: 10,
        bias: 1,
        positions: 1,
      },
    ]);
  });
});

describe("countParameters and countMacs of a network", () => {
  it("give the accuracy-first network's 65,850 and 7,783,040", () => {
    expect(countParameters(shipped)).to.equal(65_850);
    expect(countMacs(shipped)).to.equal(7_783_040);
  });

  it("give the EDP-first network's 65,082 and 6,996,608", () => {
    expect(countParameters(edpFirst)).to.equal(65_082);
    expect(countMacs(edpFirst)).to.equal(6_996_608);
  });

  it("count a small network as by hand", () => {
    // 3·3·2·6 + 3·3·6·9 + 9·10 + 10, and each convolution's weights at every place of its map.
    expect(countParameters(smallDescription())).to.equal(108 + 486 + 90 + 10);
    expect(countMacs(smallDescription())).to.equal(64 * 108 + 16 * 486 + 90);
  });

  it("count no weight for a sum, and a shortcut's own", () => {
    const weights = [9 * 2 * 5, 9 * 5 * 5, 9 * 5 * 5, 9 * 5 * 7, 9 * 7 * 7, 5 * 7];
    expect(countParameters(residualDescription())).to.equal(weights.reduce((sum, each) => sum + each) + 7 * 4 + 4);
    const places = [36, 36, 36, 9, 9, 9];
    expect(countMacs(residualDescription())).to.equal(
      weights.reduce((sum, each, index) => sum + each * places[index], 7 * 4),
    );
  });
});
