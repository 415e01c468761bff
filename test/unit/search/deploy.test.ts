import { expect } from "chai";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { loadBenchConfig } from "../../../src/config/bench-config.js";
import { countMacs, countParameters } from "../../../src/network/matrices.js";
import { deploy } from "../../../src/search/deploy.js";
import { finalRecipe } from "../../../src/search/final-recipe.js";
import type { Selection } from "../../../src/search/select.js";
import { readRecipe, parseRecipe } from "../../../src/train/recipe/read-recipe.js";
import { expectNasRejection } from "../../support/expect-nas-error.js";
import { sampleSearchDocument, sampleSearchSettings } from "../../support/sample-search.js";

const templatePath = join(packageRoot(), "fixtures/recipes/fashion-mnist-accuracy-first.json");
const { space } = sampleSearchSettings;
const [accuracy, edp] = sampleSearchDocument().selections as Selection[];

describe("a chosen network on its way to the bench", () => {
  const template = readRecipe(templatePath);

  it("is trained as the template trains, and is the very network that was costed", () => {
    for (const selection of [accuracy, edp]) {
      const { network, summary, ...training } = finalRecipe(space, selection, template);
      const { network: _network, summary: _summary, ...wanted } = template;
      expect(training).to.deep.equal(wanted);
      expect(countParameters(network)).to.equal(selection.chosen.parameters);
      expect(countMacs(network)).to.equal(selection.chosen.macs);
      expect(summary).to.include(selection.chosen.network).and.include(selection.objective);
    }
  });

  it("has a recipe that the reader takes, and a name that is a folder's", () => {
    const recipe = finalRecipe(space, { ...edp, objective: "w=0.5,0.5" }, template);
    expect(parseRecipe(JSON.parse(JSON.stringify(recipe)), "recipe.json")).to.deep.equal(recipe);
    expect(recipe.network.name).to.equal("fashion-mnist-w-0.5-0.5");
  });

  it("is not begun with where the template is no recipe", async () => {
    const config = loadBenchConfig(join(packageRoot(), "bench.config.json"));
    const request = { config, searchId: "none", space, templatePath: join(packageRoot(), "package.json") };
    await expectNasRejection("NAS_TRAIN_RECIPE", deploy(edp, request, {}));
  });
});
