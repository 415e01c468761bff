import { expect } from "chai";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { costDocument } from "../../../src/cost/cost-document.js";
import { isaacUnit } from "../../../src/cost/hardware.js";
import { storedBits } from "../../../src/cost/stored-bits.js";
import { knownGraphs } from "../../../src/network/known-graphs.js";
import { readNetwork } from "../../../src/network/read-network.js";
import { residualDescription } from "../../support/residual-network.js";

const stored = readNetwork(join(packageRoot(), "fixtures/networks/fashion-mnist-accuracy-first")).description;
const setting = { hardware: isaacUnit, profile: "mnsim-2.0", schedule: "pipelined" } as const;

describe("storedBits", () => {
  it("counts unsigned activations with a sign more, signed ones and weights as they are", () => {
    const bits = storedBits(residualDescription())!;
    // 8-bit image, 4-bit weights, 4 bits behind ReLU; a projection of 8 signed bits goes into the sum.
    expect(bits.get("stem")).to.deep.equal({ inputBits: 9, weightBits: 4, outputBits: 5 });
    expect(bits.get("b1.short")).to.deep.equal({ inputBits: 5, weightBits: 4, outputBits: 8 });
    expect(bits.get("b1.sum")!.inputBits).to.equal(8);
    expect(bits.get("classes")).to.deep.equal({ inputBits: 7, weightBits: 4, outputBits: 9 });
  });

  it("knows none of a graph that is no stored network", () => {
    expect(storedBits(knownGraphs.resnet20())).to.equal(undefined);
  });
});

describe("the cost of a stored network", () => {
  it("is that of its own bits, and says so", () => {
    const own = costDocument({ ...setting, graph: stored, precision: {} });
    const nine = costDocument({ ...setting, graph: stored, precision: { activationBits: 9, weightBits: 9 } });
    expect(own.precision).to.deep.equal({ activationBits: "own", weightBits: "own" });
    expect(
      own.layers.filter(({ op }) => op === "conv").map(({ inputBits, weightBits }) => [inputBits, weightBits]),
    ).to.deep.equal([
      [9, 4],
      [5, 4],
      [5, 4],
    ]);
    expect(nine.edp).to.be.closeTo(0.334, 0.0005);
    // All layers with 5 and 4 bits would take 0.0457; the first reads an image of 8 bits, which count 9.
    expect(own.edp).to.be.closeTo(0.0858, 0.00005);
  });

  it("takes what a person asks for, each on its own", () => {
    const { precision, layers } = costDocument({ ...setting, graph: stored, precision: { weightBits: 9 } });
    expect(precision).to.deep.equal({ activationBits: "own", weightBits: 9 });
    expect([layers[1].inputBits, layers[1].weightBits]).to.deep.equal([5, 9]);
  });
});
