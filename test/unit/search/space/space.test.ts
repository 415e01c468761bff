import { expect } from "chai";
import fc from "fast-check";
import { countMacs, countParameters } from "../../../../src/network/matrices.js";
import { inferShapes } from "../../../../src/network/shapes.js";
import {
  countGenotypes,
  countNetworks,
  enumerateGenotypes,
  layerChoices,
  layersOf,
  sampleGenotype,
} from "../../../../src/search/space/explore.js";
import { decodeGenotype, encodeGenotype } from "../../../../src/search/space/genotype-text.js";
import { type Genotype, isOperation, withoutNone } from "../../../../src/search/space/genotype.js";
import type { OperationName } from "../../../../src/search/space/operations.js";
import { searchSpace, searchSpaces } from "../../../../src/search/space/presets.js";
import { defineSpace, type SearchSpace } from "../../../../src/search/space/space.js";
import { toGraph } from "../../../../src/search/space/to-graph.js";
import { expectNasError } from "../../../support/expect-nas-error.js";

const anySpace = fc.constantFrom(...Object.values(searchSpaces));
const seed = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const index = fc.integer({ min: 0, max: 2 ** 40 });
const sample = fc
  .tuple(anySpace, seed, index)
  .map(([space, ...key]) => ({ space, genotype: sampleGenotype(space, ...key) }));

/** A space of two stages with every operation. */
const everything: SearchSpace = {
  name: "everything",
  title: "made up for a test",
  input: { height: 8, width: 8, channels: 3 },
  classes: 10,
  stem: null,
  stages: [
    { channels: 4, stride: 1 },
    { channels: 8, stride: 2 },
  ],
  layersPerStage: 2,
  operations: {
    c: "standard-conv",
    p: "conv-pair",
    s: "residual-conv",
    r: "residual-block",
    t: "bottleneck",
  },
  kernels: [1, 3],
  innerChannels: [5],
  shortcut: "projection",
};

describe("toGraph", () => {
  it("gives every sampled genotype a valid graph that ends in the classes", () => {
    fc.assert(
      fc.property(sample, ({ space, genotype }) => {
        const graph = toGraph(space, genotype);
        const shapes = [...inferShapes(graph).values()];
        expect(shapes.at(-1)).to.deep.equal({ height: 1, width: 1, channels: space.classes });
        expect(shapes.at(-2)).to.include({ height: 1, width: 1 });
      }),
    );
  });

  it("brings each stage to its width and stride, an empty one without parameters", () => {
    fc.assert(
      fc.property(sample, ({ space, genotype }) => {
        const shapes = inferShapes(toGraph(space, genotype));
        let size = space.input.height / ((space.stem?.stride ?? 1) * (space.stem?.maxPool?.stride ?? 1));
        let width = space.stem?.channels ?? space.input.channels;
        genotype.stages.forEach((layers, stage) => {
          const { channels, stride } = space.stages[stage];
          const last = layers.findLastIndex(isOperation);
          const isPassed = last < 0 && stride === 1 && channels === width;
          size /= stride;
          width = channels;
          const own = last < 0 ? `s${stage + 1}.shortcut` : `s${stage + 1}l${last + 1}.`;
          const ids = [...shapes.keys()].filter((id) => id.startsWith(own));
          expect(ids.length === 0, own).to.equal(isPassed);
          if (isPassed) return;
          expect(shapes.get(ids.at(-1)!)).to.deep.equal({
            height: size,
            width: size,
            channels,
          });
        });
      }),
    );
  });

  it("gives the same counts with and without the empty layers", () => {
    fc.assert(
      fc.property(sample, ({ space, genotype }) => {
        const [whole, short] = [toGraph(space, genotype), toGraph(space, withoutNone(genotype))];
        expect(countParameters(whole)).to.equal(countParameters(short));
        expect(countMacs(whole)).to.equal(countMacs(short));
      }),
    );
  });

  /** One layer in stage 2 after one 1×1 convolution: 4 channels on 8×8 become 8 on 4×4. */
  const weightsOf: Record<OperationName, number> = {
    "standard-conv": 9 * 4 * 8,
    "conv-pair": 9 * 4 * 5 + 9 * 5 * 8,
    "residual-conv": 9 * 4 * 8 + 4 * 8,
    "residual-block": 9 * 4 * 5 + 9 * 5 * 8 + 4 * 8,
    bottleneck: 4 * 5 + 9 * 5 * 5 + 5 * 8 + 4 * 8,
  };
  for (const [letter, name] of Object.entries(everything.operations)) {
    const text = `[c1][${letter}3${["standard-conv", "residual-conv"].includes(name) ? "" : "m5"}]`;
    it(`gives ${name} its weights, with and without a projection`, () => {
      const rest = 3 * 4 + 8 * 10 + 10;
      const projected = toGraph(everything, decodeGenotype(everything, text));
      expect(countParameters(projected)).to.equal(rest + weightsOf[name]);
      const hasShortcut = projected.nodes.some(({ op }) => op === "add");
      const space = defineSpace({ ...everything, shortcut: "parameter-free" });
      const free = toGraph(space, decodeGenotype(space, text));
      expect(countParameters(free)).to.equal(rest + weightsOf[name] - (hasShortcut ? 4 * 8 : 0));
      expect(inferShapes(free).get("pool")).to.deep.equal({ height: 1, width: 1, channels: 8 });
    });
  }

  const strange: [genotype: Genotype, message: RegExp][] = [
    [{ stages: [[]] }, /1 stages, the space 3/],
    [{ stages: [[{ op: "bottleneck", kernel: 3 }], [], []] }, /stage 1, layer 1 is "bottleneck"/],
    [{ stages: [[], [{ op: "standard-conv", kernel: 5 }], []] }, /stage 2, layer 1 has a kernel of 5/],
    [{ stages: [[], [], new Array<{ op: "none" }>(4).fill({ op: "none" })] }, /stage 3 has 4 layers/],
    [{ stages: [[{ op: "standard-conv", kernel: 3, channels: 8 }], [], []] }, /has 8 inner channels/],
  ];
  for (const [genotype, message] of strange) {
    it(`refuses what is not of the space: ${message.source}`, () => {
      const refuse = () => toGraph(searchSpaces["cifar-10-a"], genotype);
      expect(expectNasError("NAS_SEARCH_GENOTYPE", refuse).message).to.match(message);
    });
  }

  it("wants inner channels where the space searches them", () => {
    const genotype: Genotype = { stages: [[{ op: "residual-block", kernel: 3 }], [], [], []] };
    const error = expectNasError("NAS_SEARCH_GENOTYPE", () => toGraph(searchSpaces.imagenet, genotype));
    expect(error.hint).to.include("16, 32, 48, 64, 80, 96");
  });
});

describe("a genotype's text", () => {
  it("reads back as it was written", () => {
    fc.assert(
      fc.property(sample, ({ space, genotype }) => {
        expect(decodeGenotype(space, encodeGenotype(space, genotype))).to.deep.equal(genotype);
      }),
    );
  });

  it("says what stands where", () => {
    const { imagenet } = searchSpaces;
    expect(decodeGenotype(imagenet, " [b1m48 -] [] [t5m96]\n[-]")).to.deep.equal({
      stages: [
        [{ op: "residual-block", kernel: 1, channels: 48 }, { op: "none" }],
        [],
        [{ op: "bottleneck", kernel: 5, channels: 96 }],
        [{ op: "none" }],
      ],
    });
    const balanced = "[b3 b1 b3][b3 b3][b3 c3]";
    const space = searchSpaces["cifar-10-a"];
    expect(encodeGenotype(space, decodeGenotype(space, balanced))).to.equal(balanced);
  });

  const wrong = [
    "",
    "b3",
    "[b3",
    "[b3]]",
    "[b3][[b3][]",
    "[b3][b3]",
    "[x3][][]",
    "[b][][]",
    "[b3m16][][]",
    "[b03][][]",
  ];
  for (const text of wrong) {
    it(`is refused where it says "${text}"`, () => {
      expectNasError("NAS_SEARCH_GENOTYPE", () => decodeGenotype(searchSpaces["cifar-10-a"], text));
    });
  }

  it("is refused, whatever else it says, by our own error", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."[]b3c1-m 9x\n") }), (text) => {
        const space = searchSpaces["cifar-10-a"];
        try {
          toGraph(space, decodeGenotype(space, text));
        } catch (error) {
          expect(error).to.have.property("code", "NAS_SEARCH_GENOTYPE");
        }
      }),
    );
  });
});

describe("exploring a space", () => {
  it("counts it", () => {
    const sizes = Object.values(searchSpaces).map((space) => [space.name, countGenotypes(space), countNetworks(space)]);
    expect(sizes).to.deep.equal([
      ["fashion-mnist", 729n, 729n],
      ["cifar-10-a", 5n ** 9n, 85n ** 3n],
      ["cifar-10-b", 5n ** 9n, 85n ** 3n],
      ["imagenet", 37n ** 8n, (1n + 36n + 36n ** 2n) ** 4n],
      ["resnet", 4n ** 8n, (1n + 3n + 3n ** 2n) ** 4n],
    ]);
  });

  it("enumerates every genotype once", () => {
    for (const space of [searchSpaces["fashion-mnist"], everything]) {
      const texts = new Set<string>();
      const networks = new Set<string>();
      for (const genotype of enumerateGenotypes(space)) {
        texts.add(encodeGenotype(space, genotype));
        networks.add(encodeGenotype(space, withoutNone(genotype)));
      }
      expect(BigInt(texts.size)).to.equal(countGenotypes(space));
      expect(BigInt(networks.size)).to.equal(countNetworks(space));
    }
  });

  it("draws the same sample for the same seed and number, in any order", () => {
    const space = searchSpaces["cifar-10-a"];
    const draw = (of: number, numbers: number[]) =>
      numbers.map((number) => encodeGenotype(space, sampleGenotype(space, of, number)));
    expect(draw(1, [2, 1, 0]).reverse()).to.deep.equal(draw(1, [0, 1, 2]));
    expect(draw(1, [0, 1, 2])).to.not.deep.equal(draw(2, [0, 1, 2]));
  });

  it("draws every choice of every layer equally often", () => {
    const space = searchSpaces["cifar-10-a"];
    const choices = layerChoices(space).map((choice) => JSON.stringify(choice));
    const samples = 4000;
    const counts = Array.from({ length: layersOf(space) }, () => new Map(choices.map((choice) => [choice, 0])));
    for (let number = 0; number < samples; number++) {
      const layers = sampleGenotype(space, 7, number).stages.flat();
      layers.forEach((layer, place) => {
        const key = JSON.stringify(layer);
        counts[place].set(key, counts[place].get(key)! + 1);
      });
    }
    const expected = samples / choices.length;
    for (const count of counts) {
      const chiSquare = [...count.values()].reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
      // 4 degrees of freedom: 1 in 100,000 is above 28.5.
      expect(chiSquare).to.be.lessThan(28.5);
    }
  });
});

describe("a space", () => {
  it("is found by its name, and the nearest named otherwise", () => {
    expect(searchSpace("cifar-10-a")).to.equal(searchSpaces["cifar-10-a"]);
    expect(expectNasError("NAS_SEARCH_SPACE", () => searchSpace("cifar-10-c")).hint).to.include("cifar-10-");
    expectNasError("NAS_SEARCH_SPACE", () => searchSpace("toString"));
  });

  it("cannot be changed", () => {
    expect(() => ((searchSpaces.imagenet.stages[0] as { channels: number }).channels = 1)).to.throw(TypeError);
  });

  const faults: [what: Partial<SearchSpace>, message: RegExp][] = [
    [{ classes: 0 }, /classes has a 0/],
    [{ layersPerStage: 1.5 }, /layersPerStage has a 1\.5/],
    [{ stages: [] }, /stages is empty/],
    [{ kernels: [] }, /kernels is empty/],
    [{ kernels: [3, 3] }, /kernels names a value twice/],
    [{ kernels: [2] }, /kernels has a 2/],
    [{ stem: { channels: 4, kernel: 4, stride: 1 } }, /kernels has a 4/],
    [{ stem: { channels: 4, kernel: 3, stride: 0 } }, /stem has a 0/],
    [{ input: { height: 8, width: 9, channels: 1 } }, /input is 8×9/],
    [{ operations: {} }, /operations is empty/],
    [{ operations: { m: "bottleneck" } }, /letter "m"/],
    [{ operations: { a: "standard-conv", c: "standard-conv" } }, /twice/],
    [{ operations: { c: "conv" as OperationName } }, /names "conv"/],
    [{ stages: [...everything.stages].reverse() }, /narrows from 8 to 4 channels in stage 2/],
    [{ stem: { channels: 6, kernel: 3, stride: 1 } }, /narrows from 6 to 4 channels in stage 1/],
  ];
  for (const [what, message] of faults) {
    it(`is refused where ${message.source}`, () => {
      const error = expectNasError("NAS_SEARCH_SPACE", () => defineSpace({ ...everything, ...what }));
      expect(error.message).to.match(message);
    });
  }
});
