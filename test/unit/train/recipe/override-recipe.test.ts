import { expect } from "chai";
import { overrideOptions, overrideRecipe } from "../../../../src/train/recipe/override-recipe.js";
import { expectNasError } from "../../../support/expect-nas-error.js";
import { sampleHardware, sampleRecipe } from "../sample-recipe.js";

describe("overrideRecipe", () => {
  const recipe = sampleRecipe();

  it("leaves the recipe as it is where nothing is set", () => {
    expect(overrideRecipe(recipe, {}, "r.json")).to.deep.equal(recipe);
    expect(overrideOptions({})).to.equal("");
  });

  it("sets the seed and the weights' noise and says so in options", () => {
    const changed = overrideRecipe(recipe, { seed: 9, weightNoise: 0.2 }, "r.json");
    expect(changed.seed).to.equal(9);
    expect(changed.quantized).to.deep.equal({ ...recipe.quantized, noise: { weights: { relativeSigma: 0.2 } } });
    expect(changed.float).to.deep.equal(recipe.float);
    expect(overrideOptions({ seed: 9, weightNoise: 0.2 })).to.equal(" --seed 9 --weight-noise 0.2");
  });

  it("takes noise on weights away at 0 and keeps other noise", () => {
    const sums = { relativeSigma: 0.1 };
    const noisy = (noise: object) => ({ ...recipe, quantized: { ...recipe.quantized, noise } });
    expect(overrideRecipe(noisy({ weights: sums }), { weightNoise: 0 }, "r.json")).to.deep.equal(recipe);
    expect(overrideRecipe(noisy({ weights: sums, sums }), { weightNoise: 0 }, "r.json")).to.deep.equal(noisy({ sums }));
  });

  it("refuses noise on weights beside cells, which have their own", () => {
    const noisy = { ...recipe, quantized: { ...recipe.quantized, noise: sampleHardware() } };
    const error = expectNasError("NAS_TRAIN_RECIPE", () => overrideRecipe(noisy, { weightNoise: 0.1 }, "r.json"));
    expect(error.message).to.match(/weights disturbs weights that cells decides/);
  });
});
