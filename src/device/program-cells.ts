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

/** The chances that decide what a writing leaves in each cell of an array. */
export interface CellDraws {
  /** Standard normal: the write error of a cell, in its standard deviations. */
  writeError: (row: number, column: number) => number;
  /** Uniform in 0 … 1: whether the cell is stuck, and where. */
  fate: (row: number, column: number) => number;
}

/**
 * The draws of a tile on a chip. A stuck cell is a property of the place (chip, array, row, column); the write error is
 * drawn anew for each writing and keyed by (seed, chip, tile, row, column), so that the same run always programs the same
 * cells.
 */
export function keyedDraws({ array, tile }: TileImage, { chipSeed }: ChipCharacter, seed: number): CellDraws {
  return {
    writeError: (row, column) => keyedNormal("write", seed, chipSeed, tile, row, column),
    fate: (row, column) => keyedUniform("stuck", chipSeed, array, row, column),
  };
}

/** The same draws, each made once: for who programs one tile with changing levels again and again. */
export function rememberedDraws({ rows, columns }: TileImage, draws: CellDraws): CellDraws {
  const remember = (draw: (row: number, column: number) => number) => {
    const drawn = new Float64Array(rows * columns).fill(NaN);
    return (row: number, column: number) => {
      const cell = row * columns + column;
      if (Number.isNaN(drawn[cell])) drawn[cell] = draw(row, column);
      return drawn[cell];
    };
  };
  return { writeError: remember(draws.writeError), fate: remember(draws.fate) };
}

/** Writes a tile into an array of a chip. The write error is Gaussian, cut at zero conductance. */
export function programCells(
  image: TileImage,
  chip: ChipCharacter,
  seed: number,
  highestLevel: number,
  draws: CellDraws = keyedDraws(image, chip, seed),
): ProgrammedCells {
  const { rows, columns, levels } = image;
  const conductanceLevels = new Float64Array(rows * columns);
  const anyStuck = chip.stuckLowShare > 0 || chip.stuckHighShare > 0;
  let outOfTolerance = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const cell = row * columns + column;
      const target = levels[cell];
      const sigma = chip.programmingSigmaLevels[target];
      let conductance = sigma > 0 ? Math.max(0, target + sigma * draws.writeError(row, column)) : target;
      if (anyStuck) {
        const fate = draws.fate(row, column);
        if (fate < chip.stuckLowShare) conductance = 0;
        else if (fate < chip.stuckLowShare + chip.stuckHighShare) conductance = highestLevel;
      }
      conductanceLevels[cell] = conductance;
      if (Math.abs(conductance - target) >= 0.5) outOfTolerance++;
    }
  }
  return { conductanceLevels, outOfTolerance };
}
