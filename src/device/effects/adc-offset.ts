import { keyedNormal } from "../../base/keyed-random.js";
import { number } from "./chip-key.js";
import type { Column, ConverterEffect, EffectFacts } from "./effect.js";

export interface AdcOffsetKeys {
  /** Standard deviation over the bit lines of the ADC's offset, in ADC steps. */
  adcOffsetSigmaSteps: number;
}

/** The offset belongs to the place: (chip, array, output), whatever tile sits there. */
function offset({ chipSeed, array, output }: Column, { adcOffsetSigmaSteps }: AdcOffsetKeys): number {
  return adcOffsetSigmaSteps * keyedNormal("adc-offset", chipSeed, array, output);
}

/** An ADC's code at an input of zero. */
export const adcOffset: EffectFacts<AdcOffsetKeys> & ConverterEffect<AdcOffsetKeys> = {
  name: "adc-offset",
  equation: "line' = line + σ·z, in ADC steps, z standard normal by column",
  source: "IEEE Std 1241 (terminology and test methods of ADCs): offset",
  validRange: "the same offset at every ADC step; one that is fixed in levels would shrink with a coarser step",
  keys: { adcOffsetSigmaSteps: number("ADC steps") },
  isPresent: ({ adcOffsetSigmaSteps = 0 }) => adcOffsetSigmaSteps > 0,

  acts: "at the converter",
  apply: (line, column, chip) => line + offset(column, chip),
  kernel: { form: "offsets", value: offset },
};
