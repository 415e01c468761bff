import { expect } from "chai";
import { countMacs, countParameters, graphMatrices, inferGraphShapes } from "../../../src/network/graph-shapes.js";
import type { GraphNode, LayerGraph } from "../../../src/network/layer-graph.js";
import { expectNasError } from "../../support/expect-nas-error.js";

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

describe("inferGraphShapes", () => {
  it("follows convolutions, pooling, sums and classifiers", () => {
    const graph = graphOf(
      conv("a", "input", 3, 2, 4),
      conv("b", "a", 5, 1, 6),
      { id: "sum", op: "add", inputs: ["b", "input"] },
      pool("pool", "sum", 2, 2),
      { id: "classes", op: "fc", inputs: ["pool"], outFeatures: 10 },
    );
    expect([...inferGraphShapes(graph)]).to.deep.equal([
      ["input", { height: 7, width: 9, channels: 2 }],
      ["a", { height: 4, width: 5, channels: 4 }],
      ["b", { height: 4, width: 5, channels: 6 }],
      // The image comes to 4×5 by taking every second pixel, and gets four channels of zeros.
      ["sum", { height: 4, width: 5, channels: 6 }],
      ["pool", { height: 2, width: 2, channels: 6 }],
      ["classes", { height: 1, width: 1, channels: 10 }],
    ]);
  });

  const faulty: [what: string, nodes: GraphNode[], message: RegExp][] = [
    ["an unknown source", [conv("a", "b", 3, 1, 4)], /"a".*"b" is no earlier node/],
    ["an id used twice", [conv("a", "input", 3, 1, 4), conv("a", "input", 3, 1, 4)], /"a".*taken/],
    ["a node called input", [conv("input", "input", 3, 1, 4)], /"input".*taken/],
    ["a window that does not fit", [pool("p", "input", 8, 1)], /8×8 window does not fit a 7×9 map/],
    ["a stride of 0", [conv("a", "input", 3, 0, 4)], /stride is 0/],
    ["half a channel", [conv("a", "input", 3, 1, 0.5)], /outChannels is 0\.5/],
    ["a negative padding", [pool("p", "input", 2, 1, -1)], /padding is -1/],
    ["a sum of one", [{ id: "s", op: "add", inputs: ["input"] }], /1 inputs/],
    [
      "a sum of maps that no stride brings together",
      [
        { ...conv("a", "input", 1, 1, 2), kernel: 3, padding: 0 } as GraphNode,
        { id: "s", op: "add", inputs: ["a", "input"] },
      ],
      /no stride brings the 7×9 map of "input" to 5×7/,
    ],
    ["a classifier without classes", [{ id: "f", op: "fc", inputs: ["input"], outFeatures: 0 }], /outFeatures is 0/],
  ];
  for (const [what, nodes, message] of faulty) {
    it(`refuses ${what}`, () => {
      expect(expectNasError("NAS_NETWORK_SHAPE", () => inferGraphShapes(graphOf(...nodes))).message).to.match(message);
    });
  }

  it("refuses an image without pixels", () => {
    const graph = { ...graphOf(), input: { height: 0, width: 1, channels: 1 } };
    expectNasError("NAS_NETWORK_SHAPE", () => inferGraphShapes(graph));
  });
});

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
