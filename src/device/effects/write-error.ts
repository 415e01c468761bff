import { keyedNormal } from "../../base/keyed-random.js";
import { perLevel } from "./chip-key.js";
import type { CellEffect, EffectFacts } from "./effect.js";

export interface WriteErrorKeys {
  /** Standard deviation of a cell's conductance around its target after write-verify, in levels, for each target level. */
  programmingSigmaLevels: number[];
}

/** What write-verify leaves between a cell and its target. Drawn anew for each writing, by (seed, chip, tile, row, column). */
export const writeError: EffectFacts<WriteErrorKeys> & CellEffect<WriteErrorKeys> = {
  name: "write-error",
  equation: "g = max(0, L + σ(L)·z), z standard normal",
  source: "W. Wan et al., Nature 608 (2022) 504: conductances after write-verify are near normal around each target",
  validRange: "cells that stay inside write-verify's tolerance; a device without verify has longer tails",
  keys: { programmingSigmaLevels: perLevel("levels") },
  isPresent: ({ programmingSigmaLevels: sigmas }) => sigmas !== undefined && sigmas.some((sigma) => sigma > 0),

  acts: "at programming",
  draw: ({ seed, chipSeed, tile }, row, column) => keyedNormal("write", seed, chipSeed, tile, row, column),
  apply(_, { target, draw }, { programmingSigmaLevels }) {
    const sigma = programmingSigmaLevels[target];
    return sigma > 0 ? Math.max(0, target + sigma * draw()) : target;
  },
};
