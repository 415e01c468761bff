import { expect } from "chai";
import fc from "fast-check";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../../src/base/paths.js";
import { countMacs, countParameters } from "../../../../src/network/matrices.js";
import { parseRecipe, readRecipe } from "../../../../src/train/recipe/read-recipe.js";
import { expectNasError } from "../../../support/expect-nas-error.js";
import { expectLocatedErrors, mutationsOf } from "../../../support/json-mutations.js";
import { temporaryFolder } from "../../../support/temporary-folder.js";
import { sampleRecipe } from "../sample-recipe.js";

/** The sample recipe as JSON with one member set (or, with undefined, taken away). */
function changed(path: string, value: unknown): unknown {
  const recipe = JSON.parse(JSON.stringify(sampleRecipe())) as Record<string, unknown>;
  const keys = path.split(".");
  const last = keys.pop()!;
  const owner = keys.reduce((object, key) => object[key] as Record<string, unknown>, recipe);
  if (value === undefined) delete owner[last];
  else owner[last] = value;
  return recipe;
}

describe("parseRecipe", () => {
  it("takes a whole recipe as it is", () => {
    const recipe = sampleRecipe();
    expect(parseRecipe(JSON.parse(JSON.stringify(recipe)), "r.json")).to.deep.equal(recipe);
  });

  it("names the nearest key of an unknown one, with its path and the file", () => {
    const error = expectNasError("NAS_TRAIN_RECIPE", () => parseRecipe(changed("float.epoch", 3), "r.json"));
    expect(error.message).to.equal("r.json: float.epoch is no known key");
    expect(error.hint).to.equal('did you mean "epochs"?');
  });

  it("lists the known keys where none is near", () => {
    const error = expectNasError("NAS_TRAIN_RECIPE", () => parseRecipe(changed("quux", 3), "r.json"));
    expect(error.hint).to.contain("batchSize");
  });

  const wrong: [path: string, value: unknown, told: RegExp][] = [
    ["seed", undefined, /seed is missing/],
    ["seed", -1, /seed is -1/],
    ["seed", 1.5, /seed is 1\.5/],
    ["version", 2, /version is 2/],
    ["dataset", "fashion-mnits", /dataset is "fashion-mnits"/],
    ["float", [], /float is \[\], expected an object in braces/],
    ["float.epochs", "3", /float\.epochs is "3"/],
    ["float.learningRate.peak", 0, /float\.learningRate\.peak is 0/],
    ["float.learningRate.shape", "cosin", /shape is "cosin"/],
    ["quantized.flip", true, /quantized\.flip is true/],
    ["quantized.distillation.temperature", -1, /temperature is -1/],
    ["network.nodes", "conv", /network\.nodes is "conv", expected a list in brackets/],
    ["network.nodes.0.op", "convolution", /network\.nodes\[0\]\.op is "convolution"/],
    ["network.nodes.0.weightBits", 9, /network\.nodes\[0\]\.weightBits is 9/],
    [
      "network.nodes.0.inputs",
      ["input", "input"],
      /network\.nodes\[0\]\.inputs is \["input","input"\], expected a list in brackets of 1 entry/,
    ],
    ["network.nodes.2.inputs", ["conv1"], /network\.nodes\[1\] \("conv2"\) is read by no node/],
    ["network.nodes.1.inputs", ["conv2"], /network\.nodes\[0\] \("conv1"\) is read by no node/],
    ["network.nodes.0.inputs", ["conv11"], /node "conv1" .* "conv11" is no earlier node/],
    ["network.nodes.0.id", "input", /node "input" .* the id is taken/],
    ["network.nodes.1.inChannels", 5, /node "conv2" .* takes 5 channels, "conv1" gives 4/],
    ["network.nodes.3.inFeatures", 9, /node "fc" .* takes 9 features, "pool" gives 8/],
    ["network.nodes.0.kernel", 31, /node "conv1" .* does not fit a 28×28 map/],
    ["network.nodes.1.weightStepPer", "row", /network\.nodes\[1\]\.weightStepPer is "row"/],
    ["float.translate", 17, /float\.translate is 17/],
    ["float.momentum", 1, /float\.momentum is 1/],
  ];
  for (const [path, value, told] of wrong) {
    it(`refuses ${path} = ${JSON.stringify(value)}`, () => {
      const error = expectNasError("NAS_TRAIN_RECIPE", () => parseRecipe(changed(path, value), "r.json"));
      expect(error.message).to.match(told);
    });
  }

  it("checks the teacher's network like the network itself", () => {
    const { nodes } = sampleRecipe().network;
    const teacher = { nodes, training: sampleRecipe().float };
    expect(parseRecipe(changed("teacher", teacher), "r.json").teacher).to.deep.equal(teacher);
    const cut = changed("teacher", { ...teacher, nodes: nodes.slice(1) });
    const error = expectNasError("NAS_TRAIN_RECIPE", () => parseRecipe(cut, "r.json"));
    expect(error.message).to.match(/node "conv2" .* "conv1" is no earlier node/);
  });

  it("refuses a float phase that is to learn from a teacher where there is none", () => {
    const recipe = changed("float.distillation", { weight: 0.5, temperature: 2, featureWeight: 0 });
    const error = expectNasError("NAS_TRAIN_RECIPE", () => parseRecipe(recipe, "r.json"));
    expect(error.message).to.equal("r.json: float.distillation has nobody to learn from");
  });

  it("wants a float phase or a network to start with, not both", () => {
    const start = { folder: "network", hash: "ab" };
    const both = expectNasError("NAS_TRAIN_RECIPE", () => parseRecipe(changed("start", start), "r.json"));
    expect(both.message).to.equal("r.json: start stands beside float");
    const none = expectNasError("NAS_TRAIN_RECIPE", () => parseRecipe(changed("float", undefined), "r.json"));
    expect(none.message).to.equal("r.json: float is missing");
    const { float: _, ...rest } = sampleRecipe();
    expect(parseRecipe({ ...rest, start }, "r.json")).to.deep.equal({ ...rest, start });
  });

  it("refuses to compare features of different widths", () => {
    const { nodes } = sampleRecipe().network;
    const wide = JSON.parse(JSON.stringify(nodes).replaceAll(":8", ":12")) as typeof nodes;
    const recipe = changed("teacher", { nodes: wide, training: sampleRecipe().float });
    const error = expectNasError("NAS_TRAIN_RECIPE", () => parseRecipe(recipe, "r.json"));
    expect(error.message).to.contain("its classifier reads 12 features, the network's 8");
  });

  it("refuses a network that does not end with a classifier", () => {
    const nodes = sampleRecipe().network.nodes.slice(0, 2);
    expectNasError("NAS_TRAIN_RECIPE", () => parseRecipe(changed("network.nodes", nodes), "r.json"));
  });
});

describe("readRecipe", () => {
  const folder = temporaryFolder();

  it("tells a missing file from one that is no JSON", () => {
    const broken = join(folder(), "broken.json");
    writeFileSync(broken, "{ format:");
    const missing = expectNasError("NAS_TRAIN_RECIPE", () => readRecipe(join(folder(), "none.json")));
    expect(missing.message).to.match(/cannot read the recipe/);
    expect(expectNasError("NAS_TRAIN_RECIPE", () => readRecipe(broken)).message).to.equal(
      `${broken}:1:3: this is no JSON: expected a key in double quotes`,
    );
  });

  it("gives a recipe, or an error with its place, whatever is changed in a file", () => {
    const path = join(folder(), "changed.json");
    fc.assert(
      fc.property(mutationsOf(JSON.stringify(sampleRecipe(), undefined, 1)), (mutated) => {
        writeFileSync(path, mutated);
        expectLocatedErrors(mutated, path, () => readRecipe(path));
      }),
      { numRuns: 300 },
    );
  });

  it("takes a stride of 16, as a network file does", () => {
    const wide = changed("network.nodes.1.stride", 16);
    expect(parseRecipe(wide, "r.json").network.nodes[1]).to.include({ stride: 16 });
  });

  it("reads every shipped recipe", () => {
    const shipped = join(packageRoot(), "fixtures", "recipes");
    const files = readdirSync(shipped).filter((name) => name.endsWith(".json"));
    expect(files).to.include("fashion-mnist-accuracy-first.json");
    for (const file of files) readRecipe(join(shipped, file));
  });

  const decoded: [recipe: string, parameters: number, macs: number][] = [
    ["fashion-mnist-accuracy-first", 65_850, 7_783_040],
    ["fashion-mnist-edp-first", 65_082, 6_996_608],
    ["fashion-mnist-teacher", 270_906, 40_813_184],
    ["cifar-10-accuracy-first", 268_346, 40_551_040],
    ["cifar-10-balanced", 135_226, 24_560_256],
    ["cifar-10-edp-first", 65_594, 9_880_192],
  ];
  for (const [name, parameters, macs] of decoded) {
    it(`has the paper's ${parameters} parameters in ${name}, half its operations as multiply-accumulates`, () => {
      const { network } = readRecipe(join(packageRoot(), `fixtures/recipes/${name}.json`));
      expect(countParameters(network)).to.equal(parameters);
      expect(countMacs(network)).to.equal(macs);
    });
  }
});
