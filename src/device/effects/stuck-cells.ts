import { keyedUniform } from "../../base/keyed-random.js";
import { share } from "./chip-key.js";
import type { CellEffect, EffectFacts } from "./effect.js";

export interface StuckCellsKeys {
  /** Share of cells that stay at level 0, and at the highest level, whatever is written. */
  stuckLowShare: number;
  stuckHighShare: number;
}

/** Cells that no pulse moves, and no time: a property of the place (chip, array, row, column), whatever tile sits there. */
export const stuckCells: EffectFacts<StuckCellsKeys> & CellEffect<StuckCellsKeys> = {
  name: "stuck-cells",
  equation: "g = 0 where u < p_low, g = highest level where p_low ≤ u < p_low + p_high, u uniform in 0 … 1",
  source: "C.-Y. Chen et al., IEEE Trans. Computers 64 (2015) 180: stuck-at-0 and stuck-at-1 cells of an RRAM array",
  validRange: "single cells, independent of each other; broken lines are not in it",
  keys: { stuckLowShare: share(), stuckHighShare: share() },
  check({ stuckLowShare = 0, stuckHighShare = 0 }) {
    if (stuckLowShare + stuckHighShare <= 1) return undefined;
    return {
      message: "its stuck cells are more than all cells",
      hint: "stuckLowShare and stuckHighShare add to 1 at most",
    };
  },
  isPresent: ({ stuckLowShare = 0, stuckHighShare = 0 }) => stuckLowShare > 0 || stuckHighShare > 0,

  acts: "at programming",
  draw: ({ chipSeed, array }, row, column) => keyedUniform("stuck", chipSeed, array, row, column),
  apply(conductanceLevels, { highestLevel, draw }, { stuckLowShare = 0, stuckHighShare = 0 }) {
    const fate = draw();
    if (fate < stuckLowShare) return 0;
    return fate < stuckLowShare + stuckHighShare ? highestLevel : conductanceLevels;
  },
};
