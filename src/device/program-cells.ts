import type { TileImage } from "../macro/macro.js";
import { effectsOf } from "./effects/all-effects.js";
import { type Conditions, type Effect, freshlyProgrammed, type Writing } from "./effects/effect.js";
import type { ChipCharacter } from "./virtual-chip.js";

/** A tile's image with its number in the placement, which keys its write errors. */
export type NumberedImage = TileImage & { tile: number };

/** What an array's cells hold after programming. */
export interface ProgrammedCells {
  /** [rows × columns] conductance in levels, when it is asked for; a real number, ≥ 0. */
  conductanceLevels: Float64Array;
  /** Cells that missed their target by half a level or more right after programming, as write-verify sees them. */
  outOfTolerance: number;
}

/** The chance of an effect in one cell of an array. */
export type CellDraws = (effect: CellEffect, row: number, column: number) => number;

type CellEffect = Extract<Effect, { acts: "at programming" | "with time" }>;

/**
 * The draws of a tile on a chip, each by the keys that its effect names: the same run always programs the same cells.
 */
export function keyedDraws(
  { array, tile }: Pick<NumberedImage, "array" | "tile">,
  { chipSeed }: ChipCharacter,
  seed: number,
): CellDraws {
  const writing: Writing = { array, tile, chipSeed, seed };
  return (effect, row, column) => effect.draw(writing, row, column);
}

/** The same draws, each made once: for who programs one tile with changing levels again and again. */
export function rememberedDraws({ rows, columns }: TileImage, draws: CellDraws): CellDraws {
  const drawn = new Map<string, Float64Array>();
  return (effect, row, column) => {
    let values = drawn.get(effect.name);
    if (!values) drawn.set(effect.name, (values = new Float64Array(rows * columns).fill(NaN)));
    const cell = row * columns + column;
    if (Number.isNaN(values[cell])) values[cell] = draws(effect, row, column);
    return values[cell];
  };
}

/** Writes a tile into an array of a chip, and tells what it holds under these conditions. */
export function programCells(
  image: NumberedImage,
  chip: ChipCharacter,
  seed: number,
  highestLevel: number,
  { conditions = freshlyProgrammed, draws = keyedDraws(image, chip, seed) } = {},
): ProgrammedCells {
  const written = cellsUnder(freshlyProgrammed, image, chip, highestLevel, draws);
  const outOfTolerance = written.reduce(
    (count, conductance, cell) => count + Number(Math.abs(conductance - image.levels[cell]) >= 0.5),
    0,
  );
  const conductanceLevels =
    conditions.secondsSinceProgramming === 0 ? written : cellsUnder(conditions, image, chip, highestLevel, draws);
  return { conductanceLevels, outOfTolerance };
}

/** The cells' conductances, [rows × columns]: effect by effect on each cell, in the order in which they act. */
function cellsUnder(
  conditions: Conditions,
  { rows, columns, levels }: TileImage,
  chip: ChipCharacter,
  highestLevel: number,
  draws: CellDraws,
): Float64Array {
  const conductanceLevels = Float64Array.from(levels);
  for (const effect of effectsOf(chip, "at programming", "with time")) {
    let [row, column] = [0, 0];
    const cell = { target: 0, highestLevel, draw: () => draws(effect, row, column) };
    for (row = 0; row < rows; row++) {
      for (column = 0; column < columns; column++) {
        const index = row * columns + column;
        cell.target = levels[index];
        conductanceLevels[index] = effect.apply(conductanceLevels[index], cell, chip, conditions);
      }
    }
  }
  return conductanceLevels;
}
