import { expect } from "chai";
import { parseRecipe } from "../../../../src/train/recipe/read-recipe.js";
import type { NoiseSettings } from "../../../../src/model/noise/noise-settings.js";
import { expectNasError } from "../../../support/expect-nas-error.js";
import { sampleHardware, sampleRecipe } from "../sample-recipe.js";

/** The sample recipe with this noise in a phase. */
function recipe(noise: unknown, phase: "float" | "quantized" = "quantized"): unknown {
  const whole = sampleRecipe();
  return { ...whole, [phase]: { ...whole[phase], noise } };
}

/** What is wrong with these settings, as a person is told. */
function complaint(noise: unknown, quantized = true): string {
  const read = () => parseRecipe(recipe(noise, quantized ? "quantized" : "float"), "r.json");
  return expectNasError("NAS_TRAIN_RECIPE", read).message;
}

describe("the noise of a phase", () => {
  it("takes hardware in the loop as it is", () => {
    const noise = sampleHardware();
    expect(parseRecipe(recipe(noise), "r.json").quantized.noise).to.deep.equal(noise);
    const plain = { weights: { relativeSigma: 0.1 }, sums: { relativeSigma: 0.1 } };
    expect(parseRecipe(recipe(plain, "float"), "r.json").float?.noise).to.deep.equal(plain);
  });

  const { macro, cells, adc } = sampleHardware();
  const wrong: [noise: unknown, told: RegExp, quantized?: boolean][] = [
    [{ weight: { relativeSigma: 0.1 } }, /quantized\.noise\.weight is no known key/],
    [{ weights: { relativeSigma: -0.1 } }, /weights\.relativeSigma is -0\.1/],
    [{ cells }, /cells needs to know the arrays/],
    [{ adc }, /adc needs to know the arrays/],
    [{ macro }, /macro serves nothing/],
    [{ macro, adc }, /adc needs weights and activations in integers/, false],
    [{ macro, adc, weights: { relativeSigma: 0.1 } }, /weights disturbs weights that adc decides/],
    [{ macro: { ...macro, cellBits: 2 }, cells }, /programmingSigmaLevels has 2 numbers/],
    [{ macro, cells: { ...cells, stuckLowShare: 0.9, stuckHighShare: 0.2 } }, /stuck cells are more than all cells/],
    [{ macro, cells: { ...cells, adcOffsetSigmaSteps: 0.3 } }, /cells has adc-offset/],
    [{ macro, cells: { ...cells, readNoiseSigmaLevels: 0.3 } }, /cells has read-noise/],
    [{ macro, adc, cells: { ...cells, bitLineSegmentResistance: 1e-4 } }, /cells has bit-line-drop/],
    [{ macro, cells: { ...cells, relaxationMeanLevels: [0, 0, 0] } }, /relaxationMeanLevels has 3 numbers/],
    [{ macro, cells: { ...cells, readNoise: 1 } }, /readNoise is no known key/],
    [{ macro: { ...macro, differential: "pair" }, adc }, /differential is "pair"/],
  ];
  it("takes every effect of the chip that acts on cells, and with converters those that act there", () => {
    const relaxing = {
      ...cells,
      relaxationSigmaLevels: [0.1, 0.1],
      secondsSinceProgramming: 3600,
      temperatureCelsius: 85,
    };
    parseRecipe(recipe({ macro, cells: relaxing }), "r.json");
    const noisy = { ...relaxing, adcGainSigma: 0.01, adcOffsetSigmaSteps: 0.3, readNoiseSigmaLevels: 0.5 };
    parseRecipe(recipe({ macro, adc, cells: noisy }), "r.json");
  });

  for (const [noise, told, quantized] of wrong) {
    it(`refuses ${JSON.stringify(Object.keys(noise as NoiseSettings))}: ${told.source}`, () => {
      expect(complaint(noise, quantized)).to.match(told);
    });
  }
});
