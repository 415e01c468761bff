import { expect } from "chai";
import { countMacs, countParameters } from "../../../src/network/matrices.js";
import { isKnownGraph, knownGraphs } from "../../../src/network/known-graphs.js";

describe("the known networks", () => {
  it("have the parameters and multiplications of the literature", () => {
    const { resnet20, lenet, vgg8 } = knownGraphs;
    // Parameters with the fc bias: 10 and 84 more than the weights.
    expect([countParameters(resnet20()), countMacs(resnet20())]).to.deep.equal([268_346, 40_551_040]);
    expect([countParameters(lenet()), countMacs(lenet())]).to.deep.equal([61_770 + 94, 651_720]);
    expect(countParameters(vgg8())).to.equal(9_303_424 + 10);
  });

  it("are known by their own names alone", () => {
    expect(isKnownGraph("resnet20")).to.equal(true);
    expect(isKnownGraph("toString")).to.equal(false);
  });
});
