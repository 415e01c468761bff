import { expect } from "chai";
import fc from "fast-check";
import type { NetworkNode } from "../../../../src/network/network.js";
import { initialWeights } from "../../../../src/model/initial-weights.js";
import { noisyWeights } from "../../../../src/model/noise/weight-noise.js";
import { sampleNodes } from "../../train/sample-recipe.js";

/** One fully connected layer of this many weights, so that statistics say something. */
function wideLayer(weights: Float32Array): { nodes: NetworkNode[]; values: Map<string, Float32Array> } {
  const outFeatures = 10;
  const inFeatures = weights.length / outFeatures;
  return {
    nodes: [{ id: "fc", op: "fc", inputs: ["input"], inFeatures, outFeatures, weightBits: 4 }],
    values: new Map([
      ["fc.weight", weights],
      ["fc.bias", new Float32Array(outFeatures).fill(0.5)],
    ]),
  };
}

describe("noisyWeights", () => {
  it("adds a normal error of the given share of the layer's largest weight", () => {
    const count = 40_000;
    const weights = Float32Array.from({ length: count }, (_, place) => ((place % 7) - 3) / 4);
    weights[123] = -2.5;
    const { nodes, values } = wideLayer(weights);
    const noisy = noisyWeights(values, nodes, 0.04, ["test", 1]).get("fc.weight")!;
    // In units of the wanted standard deviation, 0.04 × 2.5.
    const errors = Array.from(noisy, (weight, place) => (weight - weights[place]) / 0.1);
    const moment = (power: number) => errors.reduce((sum, error) => sum + error ** power, 0) / count;
    // Five standard errors of each moment: 1/√n, √(2/n), √(96/n) for a normal distribution.
    expect(moment(1)).to.be.closeTo(0, 5 / Math.sqrt(count));
    expect(moment(2)).to.be.closeTo(1, 5 * Math.sqrt(2 / count));
    expect(moment(4)).to.be.closeTo(3, 5 * Math.sqrt(96 / count));
    // Neighbours come from one call of the generator: they must not go together.
    const together = errors.slice(1).reduce((sum, error, place) => sum + error * errors[place], 0) / count;
    expect(together).to.be.closeTo(0, 5 / Math.sqrt(count));
  });

  it("touches the weights of convolutions and of the classifier, and nothing else", () => {
    const nodes = sampleNodes();
    const values = initialWeights(nodes, 3);
    const before = new Map([...values].map(([name, array]) => [name, array.slice()]));
    const noisy = noisyWeights(values, nodes, 0.1, [1]);
    expect([...values]).to.deep.equal([...before]);
    const changed = [...noisy].filter(([name, array]) =>
      array.some((value, place) => value !== values.get(name)![place]),
    );
    expect(changed.map(([name]) => name)).to.have.members(["conv1.weight", "conv2.weight", "fc.weight"]);
  });

  it("depends on key and layer alone, and leaves all as it is where there is no noise", () => {
    const nodes = sampleNodes();
    const values = initialWeights(nodes, 3);
    const weight = (key: (string | number)[], which = nodes, sigma = 0.1) =>
      noisyWeights(values, which, sigma, key).get("conv2.weight")!;
    fc.assert(
      fc.property(fc.integer(), fc.nat(), (seed, draw) => {
        expect(weight([seed, draw])).to.deep.equal(weight([seed, draw], [nodes[1]]));
        expect(weight([seed, draw])).to.not.deep.equal(weight([seed, draw + 1]));
        expect(weight([seed, draw], nodes, 0)).to.deep.equal(values.get("conv2.weight"));
      }),
      { numRuns: 20 },
    );
    const { nodes: twins } = { nodes: ["a", "b"].map((id) => ({ ...nodes[3], id })) as NetworkNode[] };
    const same = new Map(["a", "b"].map((id) => [`${id}.weight`, new Float32Array(80).fill(1)]));
    const noisy = noisyWeights(same, twins, 0.1, [1]);
    expect(noisy.get("a.weight")).to.not.deep.equal(noisy.get("b.weight"));
  });
});
