import { number } from "./chip-key.js";
import type { EffectFacts, ReadEffect } from "./effect.js";

export interface ReadNoiseKeys {
  /** Standard deviation of the noise of one conversion at the ADC's input, in levels; drawn anew at each read. */
  readNoiseSigmaLevels: number;
}

/** Noise of the line and its converter, whatever the cells hold. */
export const readNoise: EffectFacts<ReadNoiseKeys> & ReadEffect<ReadNoiseKeys> = {
  name: "read-noise",
  equation: "line' = line + σ·z, in levels, z near normal by (seed, chip, tile, vector, bit plane, output)",
  source:
    "T. P. Xiao et al., IEEE Circuits and Systems Magazine 22 (2022) 26: read noise independent of the cells' state",
  validRange:
    "white from read to read, |z| ≤ 4.05; slow noise (1/f below the rate of reading) looks like relaxation instead",
  keys: { readNoiseSigmaLevels: number("levels") },
  isPresent: ({ readNoiseSigmaLevels = 0 }) => readNoiseSigmaLevels > 0,

  acts: "at each read",
  variance: (_, { readNoiseSigmaLevels }) => readNoiseSigmaLevels ** 2,
  kernel: { form: "noise", variance: ({ readNoiseSigmaLevels }) => readNoiseSigmaLevels ** 2 },
};
