import { keyedNormal, keyedUniform } from "../base/keyed-random.js";
import type { TileImage } from "../macro/macro.js";
import type { ChipCharacter } from "./virtual-chip.js";

/** What an array's cells hold after programming. */
export interface ProgrammedCells {
  /** [rows × columns] conductance in levels; a real number, ≥ 0. */
  conductanceLevels: Float64Array;
  /** Cells that missed their target by half a level or more. */
  outOfTolerance: number;
}

/**
 * Writes a tile into an array of a chip. A stuck cell is a property of the place (chip, array, row, column); the
 * remaining write error is drawn anew for each writing and keyed by (seed, chip, tile, row, column), so that the same
 * run always programs the same cells. The error is Gaussian, cut at zero conductance.
 */
export function programCells(
  image: TileImage,
  chip: ChipCharacter,
  seed: number,
  highestLevel: number,
): ProgrammedCells {
  const { rows, columns, levels, array, tile } = image;
  const conductanceLevels = new Float64Array(rows * columns);
  const anyStuck = chip.stuckLowShare > 0 || chip.stuckHighShare > 0;
  let outOfTolerance = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const cell = row * columns + column;
      const target = levels[cell];
      const sigma = chip.programmingSigmaLevels[target];
      let conductance =
        sigma > 0 ? Math.max(0, target + sigma * keyedNormal("write", seed, chip.chipSeed, tile, row, column)) : target;
      if (anyStuck) {
        const fate = keyedUniform("stuck", chip.chipSeed, array, row, column);
        if (fate < chip.stuckLowShare) conductance = 0;
        else if (fate < chip.stuckLowShare + chip.stuckHighShare) conductance = highestLevel;
      }
      conductanceLevels[cell] = conductance;
      if (Math.abs(conductance - target) >= 0.5) outOfTolerance++;
    }
  }
  return { conductanceLevels, outOfTolerance };
}
