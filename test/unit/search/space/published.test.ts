import { expect } from "chai";
import { countMacs, countParameters } from "../../../../src/network/matrices.js";
import { decodeGenotype } from "../../../../src/search/space/genotype-text.js";
import { searchSpaces, type SpaceName } from "../../../../src/search/space/presets.js";
import {
  isPublished,
  publishedGraph,
  type PublishedName,
  publishedNetworks,
} from "../../../../src/search/space/published.js";
import { toGraph } from "../../../../src/search/space/to-graph.js";
import { countsOfNetworks } from "./count-networks.js";

/** The paper's printed figures: parameters in thousands (ImageNet: millions), operations in millions (ImageNet: thousands of millions). */
const networks: Record<PublishedName, { parameters: number; macs: number; printed?: [string, string] }> = {
  "fashion-mnist-teacher": { parameters: 270_906, macs: 40_813_184, printed: ["270.90", "81.63"] },
  "fashion-mnist-accuracy-first": { parameters: 65_850, macs: 7_783_040, printed: ["65.85", "15.57"] },
  "fashion-mnist-edp-first": { parameters: 65_082, macs: 6_996_608, printed: ["65.08", "13.99"] },
  "cifar-10-accuracy-first": { parameters: 268_346, macs: 40_551_040, printed: ["268.35", "81.10"] },
  "cifar-10-edp-first": { parameters: 65_594, macs: 9_880_192, printed: ["65.59", "19.76"] },
  "cifar-10-balanced": { parameters: 135_226, macs: 24_560_256, printed: ["135.23", "49.12"] },
  "imagenet-teacher": { parameters: 11_507_880, macs: 1_794_805_760, printed: ["11.50", "3.59"] },
  "imagenet-edp-first": { parameters: 3_638_440, macs: 967_704_576, printed: ["3.64", "1.94"] },
};

describe("the published networks", () => {
  for (const [name, { parameters, macs, printed }] of Object.entries(networks)) {
    it(`${name}: ${parameters} parameters, ${macs} MACs`, () => {
      expect(isPublished(name)).to.equal(true);
      const graph = publishedGraph(name as PublishedName);
      expect(graph.name).to.equal(name);
      expect({ parameters: countParameters(graph), macs: countMacs(graph) }).to.deep.equal({ parameters, macs });
      const unit = name.startsWith("imagenet") ? [1e6, 1e9] : [1e3, 1e6];
      for (const [index, value] of [parameters, 2 * macs].entries()) {
        // The paper cuts some figures instead of rounding them: 270.906 is printed 270.90.
        expect(Math.abs(value / unit[index] - Number(printed?.[index])), `figure ${index}`).to.be.lessThan(0.0101);
      }
    });
  }

  it("are all in the table above", () => {
    expect(Object.keys(publishedNetworks)).to.have.members(Object.keys(networks));
    expect(isPublished("toString")).to.equal(false);
  });

  it("count ResNet-20 part by part", () => {
    const parts = [432, 13_824, 4_608, 46_080, 18_432, 184_320, 650];
    expect(parts.reduce((sum, part) => sum + part)).to.equal(networks["cifar-10-accuracy-first"].parameters);
    const graph = publishedGraph("cifar-10-accuracy-first");
    expect(graph.nodes.filter(({ op }) => op === "conv" || op === "fc")).to.have.length(20);
    expect(graph.nodes.filter(({ op }) => op === "add")).to.have.length(9);
  });

  const readingB: [genotype: string, PublishedName][] = [
    ["[r3 r3 r3][p3 r3 r3][p3 r3 r3]", "cifar-10-accuracy-first"],
    ["[r3 r1][r1][r3]", "cifar-10-edp-first"],
    ["[r3 r3][r3 r3 r1][r1 r1 r3]", "cifar-10-balanced"],
  ];
  for (const [genotype, name] of readingB) {
    it(`have the same counts in reading B: ${name} as ${genotype}`, () => {
      const space = searchSpaces["cifar-10-b"];
      const graph = toGraph(space, decodeGenotype(space, genotype));
      const { parameters, macs } = networks[name];
      expect({ parameters: countParameters(graph), macs: countMacs(graph) }).to.deep.equal({ parameters, macs });
    });
  }
});

describe("the encodings of the published counts", function () {
  this.timeout(60_000);

  const unique: [SpaceName, PublishedName, encodings: number][] = [
    ["fashion-mnist", "fashion-mnist-accuracy-first", 1],
    ["fashion-mnist", "fashion-mnist-edp-first", 1],
    ["cifar-10-a", "cifar-10-accuracy-first", 1],
    ["cifar-10-a", "cifar-10-edp-first", 438],
    ["cifar-10-a", "cifar-10-balanced", 126],
  ];
  for (const [space, name, encodings] of unique) {
    it(`${name}: ${encodings} in the whole space ${space}`, () => {
      const { parameters, macs } = networks[name];
      expect(countsOfNetworks(searchSpaces[space], parameters, macs)).to.equal(encodings);
    });
  }
});
