import { perLevel } from "./chip-key.js";
import type { EffectFacts, ReadEffect } from "./effect.js";

export interface CellReadNoiseKeys {
  /** Standard deviation of one cell's conductance from read to read, in levels, at each level that it can hold. */
  cellReadNoiseSigmaLevels: number[];
}

/** A cell's variance at any conductance: σ interpolated between the two levels beside it, and held beyond the last. */
function cellVariance(conductanceLevels: number, { cellReadNoiseSigmaLevels: sigmas }: CellReadNoiseKeys): number {
  const below = Math.min(Math.floor(conductanceLevels), sigmas.length - 1);
  const above = Math.min(below + 1, sigmas.length - 1);
  const sigma = sigmas[below] + (conductanceLevels - below) * (sigmas[above] - sigmas[below]);
  return sigma ** 2;
}

/** Noise of the cells themselves: each active one adds its own, so that it grows with the active conductance. */
export const cellReadNoise: EffectFacts<CellReadNoiseKeys> & ReadEffect<CellReadNoiseKeys> = {
  name: "cell-read-noise",
  equation: "line' = line + √(Σ σ(g)² over the active cells of the line)·z, z near normal as in read-noise",
  source:
    "S. Ambrogio et al., IEEE Trans. Electron Devices 61 (2014) 2920: fluctuations of a cell by its state; sizes as in five cells of technology A of github.com/akashlevy/RRAM-Relaxation-Master-Model (MIT), 0.009 to 0.03 levels of 7 within 0.1 s",
  validRange:
    "independent cells, white from read to read; two-level (telegraph) noise is normal only in the sum of many",
  keys: { cellReadNoiseSigmaLevels: perLevel("levels") },
  isPresent: ({ cellReadNoiseSigmaLevels: sigmas }) => sigmas !== undefined && sigmas.some((sigma) => sigma > 0),

  acts: "at each read",
  variance(activeLevels, chip) {
    let sum = 0;
    for (const level of activeLevels) sum += cellVariance(level, chip);
    return sum;
  },
  kernel: { form: "cellNoise", variance: cellVariance },
};
