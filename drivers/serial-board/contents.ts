import type { TileImage } from "nas4cim/driver";

/** One array as this job left it. */
interface Held {
  rows: number;
  columns: number;
  tile: number;
  levels: Uint8Array;
  cellsOutOfTolerance: number;
  programmedMs: number;
}

/** What this job has put into a board's arrays: so that it can be verified, and never need be written again. */
export class Contents {
  readonly #held = new Map<number, Held>();
  readonly #steps = new Map<number, number>();

  /** [array, tile] of all that is held, and [array, levels per ADC step]. */
  get arrays(): readonly (readonly [number, Held])[] {
    return [...this.#held];
  }

  get steps(): readonly (readonly [number, number])[] {
    return [...this.#steps];
  }

  /** Seconds since each array was programmed: cells relax. */
  ages(): Record<number, number> {
    return Object.fromEntries(
      this.arrays.map(([array, { programmedMs }]) => [array, (Date.now() - programmedMs) / 1000]),
    );
  }

  columnsOf(array: number): number | undefined {
    return this.#held.get(array)?.columns;
  }

  hasStep(array: number): boolean {
    return this.#steps.has(array);
  }

  configured(array: number, levels: number): void {
    this.#steps.set(array, levels);
  }

  /** A write begins: what was there is there no more. */
  lost(array: number): void {
    this.#held.delete(array);
  }

  programmed({ array, rows, columns, levels }: TileImage, tile: number, cellsOutOfTolerance: number): void {
    this.#held.set(array, {
      rows,
      columns,
      tile,
      levels: levels.slice(),
      cellsOutOfTolerance,
      programmedMs: Date.now(),
    });
  }
}

/** Share of a tile's cells that may read otherwise than they were verified: reading has noise of its own on silicon. */
const misreadShare = 0.02;

/** Whether what was read back is what was programmed, as far as write-verify had got it. */
export function isStillThere(held: Omit<Held, "programmedMs">, read: TileImage, isSilicon: boolean): boolean {
  if (read.rows !== held.rows || read.columns !== held.columns) return false;
  const wrong = read.levels.reduce((sum, level, cell) => sum + (level === held.levels[cell] ? 0 : 1), 0);
  return wrong <= held.cellsOutOfTolerance + (isSilicon ? misreadShare * held.levels.length : 0);
}
