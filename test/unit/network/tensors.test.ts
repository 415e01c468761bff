import { expect } from "chai";
import { networkTensors } from "../../../src/network/tensors.js";
import { residualDescription } from "../../support/residual-network.js";
import { smallDescription } from "../../support/small-network.js";

describe("networkTensors", () => {
  it("wants a convolution's weights, batch-norm and steps, a classifier's weights, bias and step, and a pool's step", () => {
    expect(
      Object.fromEntries(networkTensors(smallDescription().nodes).map(({ name, shape }) => [name, shape])),
    ).to.deep.equal({
      "first.weight": [3, 3, 2, 6],
      "first.bn.gamma": [6],
      "first.bn.beta": [6],
      "first.bn.mean": [6],
      "first.bn.variance": [6],
      "first.weight_step": [1],
      "first.output_step": [1],
      "second.weight": [3, 3, 6, 9],
      "second.bn.gamma": [9],
      "second.bn.beta": [9],
      "second.bn.mean": [9],
      "second.bn.variance": [9],
      "second.weight_step": [1],
      "second.output_step": [1],
      "pool.output_step": [1],
      "classes.weight": [9, 10],
      "classes.bias": [10],
      "classes.weight_step": [1],
    });
  });

  it("counts numbers, and has a step a channel where the node says so", () => {
    const tensors = networkTensors(residualDescription().nodes);
    for (const { name, shape, size } of tensors) expect(size, name).to.equal(shape.reduce((all, side) => all * side));
    expect(tensors.find(({ name }) => name === "b1.short.weight_step")).to.deep.include({ shape: [7], role: "step" });
    expect(tensors.find(({ name }) => name === "b1.sum.output_step")).to.deep.include({ shape: [1], role: "step" });
  });
});
