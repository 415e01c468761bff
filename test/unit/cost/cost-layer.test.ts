import { expect } from "chai";
import { toCostLayers } from "../../../src/cost/cost-layer.js";
import { residualDescription } from "../../support/residual-network.js";

describe("a stored network", () => {
  it("is a graph, too", () => {
    const description = residualDescription();
    const layers = toCostLayers(description, { activationBits: 9, weightBits: 9 });
    expect(layers.find(({ id }) => id === "b1.sum")).to.deep.include({ op: "add", outHeight: 3, outChannels: 7 });
    expect(layers.find(({ id }) => id === "pool")).to.deep.include({ op: "pool", kernel: 3, stride: 3, padding: 0 });
    expect(layers.at(-1)).to.deep.include({ id: "classes", op: "fc", inChannels: 7, outChannels: 4 });
  });
});
