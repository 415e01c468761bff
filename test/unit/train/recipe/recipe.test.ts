import { expect } from "chai";
import { recipeHash } from "../../../../src/train/recipe/recipe.js";
import { sampleRecipe } from "../sample-recipe.js";

describe("recipeHash", () => {
  it("gives recipes of equal content equal hashes, whatever the order of their keys", () => {
    const { seed, ...rest } = sampleRecipe();
    expect(recipeHash({ seed, ...rest })).to.equal(recipeHash({ ...rest, seed }));
    expect(recipeHash({ ...rest, seed: seed + 1 })).to.not.equal(recipeHash(sampleRecipe()));
  });
});
