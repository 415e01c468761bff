import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { checkNetwork } from "../../../src/network/check-network.js";
import type { NetworkDescription, NetworkNode } from "../../../src/network/network.js";

import { expectNasError } from "../../support/expect-nas-error.js";
import { parameterFreePlan, residualDescription } from "../../support/residual-network.js";
import { smallDescription } from "../../support/small-network.js";

const shipped = JSON.parse(
  readFileSync(join(packageRoot(), "fixtures/networks/fashion-mnist-accuracy-first/network.json"), "utf8"),
) as NetworkDescription;

function withNode(id: string, change: object): NetworkDescription {
  const description = smallDescription();
  return {
    ...description,
    nodes: description.nodes.map((node) => (node.id === id ? { ...node, ...change } : node)),
  };
}

describe("checkNetwork", () => {
  it("gives every feature map of the shipped network", () => {
    expect(Object.fromEntries(checkNetwork(shipped))).to.deep.equal({
      input: { height: 32, width: 32, channels: 3 },
      conv1: { height: 32, width: 32, channels: 16 },
      conv2: { height: 16, width: 16, channels: 32 },
      conv3: { height: 8, width: 8, channels: 64 },
      pool: { height: 1, width: 1, channels: 64 },
      fc: { height: 1, width: 1, channels: 10 },
    });
  });

  it("counts the places where a kernel fits, at any stride and padding", () => {
    for (let side = 1; side <= 9; side++) {
      for (let kernel = 1; kernel <= 5; kernel++) {
        for (let stride = 1; stride <= 3; stride++) {
          for (let padding = 0; padding <= 2; padding++) {
            let places = 0;
            for (let at = -padding; at + kernel <= side + padding; at += stride) places++;
            const description = withNode("first", { kernel, stride, padding });
            description.input = { ...description.input, height: side };
            description.input.width = 8;
            const infer = () => checkNetwork({ ...description, nodes: description.nodes.slice(0, 1) });
            if (places === 0) expectNasError("NAS_NETWORK_SHAPE", infer);
            else expect(infer().get("first")!.height, `${side} ${kernel} ${stride} ${padding}`).to.equal(places);
          }
        }
      }
    }
  });

  it("gives a sum the smaller size and the more channels of its inputs", () => {
    const shapes = checkNetwork(residualDescription(parameterFreePlan));
    expect(shapes.get("b0.sum")).to.deep.equal({ height: 4, width: 4, channels: 7 });
    expect(shapes.get("b1.two")).to.deep.equal({ height: 4, width: 4, channels: 5 });
    expect(shapes.get("b1.sum")).to.deep.equal({ height: 4, width: 4, channels: 7 });
  });

  const faults: [title: string, network: NetworkDescription, message: RegExp][] = [
    [
      "too many channels",
      withNode("second", { inChannels: 7 }),
      /"second" \(conv\).*takes 7 channels, "first" gives 6/,
    ],
    ["too few features", withNode("classes", { inFeatures: 8 }), /"classes" \(fc\).*takes 8 features, "pool" gives 9/],
    ["an input that comes later", withNode("first", { inputs: ["second"] }), /"first".*"second" is no earlier node/],
    ["an input that nobody gives", withNode("pool", { inputs: ["secnd"] }), /"pool".*"secnd" is no earlier node/],
    ["an id used twice", withNode("second", { id: "first" }), /"first".*taken/],
    ["the input's own name", withNode("first", { id: "input" }), /"input".*taken/],
    ["a kernel larger than the map", withNode("first", { kernel: 11 }), /11×11 window does not fit a 8×8 map/],
  ];
  for (const [title, network, message] of faults) {
    it(`refuses ${title}, naming both sides`, () => {
      expect(expectNasError("NAS_NETWORK_SHAPE", () => checkNetwork(network)).message).to.match(message);
    });
  }
});

describe("checkNetwork of a residual network", () => {
  /** The residual network with one node changed. */
  const changed = (id: string, change: object): NetworkDescription => {
    const description = residualDescription();
    return { ...description, nodes: description.nodes.map((node) => (node.id === id ? { ...node, ...change } : node)) };
  };

  it("gives a sum the shape of both its inputs", () => {
    const shapes = checkNetwork(residualDescription());
    expect(shapes.get("b0.sum")).to.deep.equal({ height: 6, width: 6, channels: 5 });
    for (const id of ["b1.two", "b1.short", "b1.sum"])
      expect(shapes.get(id)).to.deep.equal({ height: 3, width: 3, channels: 7 });
  });

  it("gives a sum the smaller size and the more channels of its inputs", () => {
    const shapes = checkNetwork(residualDescription(parameterFreePlan));
    expect(shapes.get("b0.sum")).to.deep.equal({ height: 4, width: 4, channels: 7 });
    expect(shapes.get("b1.two")).to.deep.equal({ height: 4, width: 4, channels: 5 });
    expect(shapes.get("b1.sum")).to.deep.equal({ height: 4, width: 4, channels: 7 });
  });

  const faults: [title: string, network: NetworkDescription, message: RegExp][] = [
    [
      "a sum of two sizes that no stride joins",
      changed("b1.short", { stride: 1, kernel: 3, padding: 0 }),
      /"b1\.sum" \(add\).*no stride brings the 4×4 map of "b1\.short" to 3×3/,
    ],
    ["a sum's input that comes later", changed("b0.sum", { inputs: ["b0.two", "b1.two"] }), /"b1\.two" is no earlier/],
    [
      "a convolution behind a signed map",
      changed("b0.one", { activation: "none" }),
      /"b0\.two" \(conv\).*"b0\.one" has activation "none": only an add takes/,
    ],
    ["pooling of a signed map", changed("pool", { inputs: ["b1.two"] }), /"pool".*"b1\.two" has activation "none"/],
    [
      "a classifier behind a signed map",
      changed("classes", { inputs: ["b1.two"], inFeatures: 63 }),
      /"classes" \(fc\).*"b1\.two" has activation "none"/,
    ],
  ];
  for (const [title, network, message] of faults) {
    it(`refuses ${title}`, () => {
      expect(expectNasError("NAS_NETWORK_SHAPE", () => checkNetwork(network)).message).to.match(message);
    });
  }

  it("refuses a sum of a pooled map", () => {
    const description = residualDescription();
    const nodes: NetworkNode[] = [
      ...description.nodes.slice(0, -1),
      { id: "late", op: "add", inputs: ["pool", "pool"], outputBits: 4 },
    ];
    const error = expectNasError("NAS_NETWORK_SHAPE", () => checkNetwork({ ...description, nodes }));
    expect(error.message).to.contain('"pool" is a globalAveragePool, a sum takes feature maps');
  });
});
