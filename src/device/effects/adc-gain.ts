import { keyedNormal } from "../../base/keyed-random.js";
import { number } from "./chip-key.js";
import type { Column, ConverterEffect, EffectFacts } from "./effect.js";

export interface AdcGainKeys {
  /** Standard deviation over the bit lines of the ADC's relative gain error. */
  adcGainSigma: number;
}

/** The gain belongs to the place: (chip, array, output), whatever tile sits there. */
function gainError({ chipSeed, array, output }: Column, { adcGainSigma }: AdcGainKeys): number {
  return adcGainSigma * keyedNormal("adc-gain", chipSeed, array, output);
}

/** An ADC that counts all of its line a little too much or too little. It acts on the sum, not on single cells. */
export const adcGain: EffectFacts<AdcGainKeys> & ConverterEffect<AdcGainKeys> = {
  name: "adc-gain",
  equation: "line' = line·(1 + σ·z), z standard normal by column",
  source: "IEEE Std 1241 (terminology and test methods of ADCs): gain error",
  validRange: "σ up to 0.1; what is beyond ±1 is cut there. Nonlinearity within the range is not in it",
  keys: { adcGainSigma: number("relative") },
  isPresent: ({ adcGainSigma = 0 }) => adcGainSigma > 0,

  acts: "at the converter",
  apply: (line, column, chip) => line * (1 + gainError(column, chip)),
  kernel: { form: "gains", value: gainError },
};
