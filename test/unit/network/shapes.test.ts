import { expect } from "chai";
import type { GraphNode, LayerGraph } from "../../../src/network/layer-graph.js";
import { inferShapes } from "../../../src/network/shapes.js";
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

describe("inferShapes", () => {
  it("follows convolutions, pooling, sums and classifiers", () => {
    const graph = graphOf(
      conv("a", "input", 3, 2, 4),
      conv("b", "a", 5, 1, 6),
      { id: "sum", op: "add", inputs: ["b", "input"] },
      pool("pool", "sum", 2, 2),
      { id: "short", op: "shortcut", inputs: ["pool"], stride: 2, outChannels: 9 },
      { id: "mean", op: "globalAveragePool", inputs: ["short"] },
      { id: "classes", op: "fc", inputs: ["mean"], outFeatures: 10 },
    );
    expect([...inferShapes(graph)]).to.deep.equal([
      ["input", { height: 7, width: 9, channels: 2 }],
      ["a", { height: 4, width: 5, channels: 4 }],
      ["b", { height: 4, width: 5, channels: 6 }],
      // The image comes to 4×5 by taking every second pixel, and gets four channels of zeros.
      ["sum", { height: 4, width: 5, channels: 6 }],
      ["pool", { height: 2, width: 2, channels: 6 }],
      ["short", { height: 1, width: 1, channels: 9 }],
      ["mean", { height: 1, width: 1, channels: 9 }],
      ["classes", { height: 1, width: 1, channels: 10 }],
    ]);
  });

  it("counts the places where a kernel fits, at any stride and padding", () => {
    for (let side = 1; side <= 9; side++) {
      for (let kernel = 1; kernel <= 5; kernel++) {
        for (let stride = 1; stride <= 3; stride++) {
          for (let padding = 0; padding <= 2; padding++) {
            let places = 0;
            for (let at = -padding; at + kernel <= side + padding; at += stride) places++;
            const nodes = [{ ...conv("first", "input", kernel, stride, 1), padding } as GraphNode];
            const infer = () => inferShapes({ input: { height: side, width: 8, channels: 2 }, nodes });
            if (places === 0) expectNasError("NAS_NETWORK_SHAPE", infer);
            else expect(infer().get("first")!.height, `${side} ${kernel} ${stride} ${padding}`).to.equal(places);
          }
        }
      }
    }
  });

  const faulty: [what: string, nodes: GraphNode[], message: RegExp][] = [
    ["an unknown source", [conv("a", "b", 3, 1, 4)], /"a".*"b" is no earlier node/],
    ["an id used twice", [conv("a", "input", 3, 1, 4), conv("a", "input", 3, 1, 4)], /"a".*taken/],
    ["a node called input", [conv("input", "input", 3, 1, 4)], /"input".*taken/],
    ["a window that does not fit", [pool("p", "input", 8, 1)], /8×8 window does not fit a 7×9 map/],
    ["a stride of 0", [conv("a", "input", 3, 0, 4)], /stride is 0/],
    ["half a channel", [conv("a", "input", 3, 1, 0.5)], /outChannels is 0\.5/],
    ["a negative padding", [pool("p", "input", 2, 1, -1)], /padding is -1/],
    [
      "a shortcut that leaves channels out",
      [{ id: "s", op: "shortcut", inputs: ["input"], stride: 2, outChannels: 1 }],
      /gives 1 channels of 2/,
    ],
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
      expect(expectNasError("NAS_NETWORK_SHAPE", () => inferShapes(graphOf(...nodes))).message).to.match(message);
    });
  }

  it("refuses an image without pixels", () => {
    const graph = { ...graphOf(), input: { height: 0, width: 1, channels: 1 } };
    expectNasError("NAS_NETWORK_SHAPE", () => inferShapes(graph));
  });
});
