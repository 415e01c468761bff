import type { MacroSpec } from "../macro/macro.js";

/** What an active logical row puts on an output, in levels: the difference of its pair, or the one cell where the host subtracts. */
export function pairDifference(
  spec: Pick<MacroSpec, "differential">,
  columns: number,
  cells: Float64Array,
  row: number,
  output: number,
): number {
  switch (spec.differential) {
    case "row-pair":
      return cells[2 * row * columns + output] - cells[(2 * row + 1) * columns + output];
    case "column-pair":
      return cells[row * columns + 2 * output] - cells[row * columns + 2 * output + 1];
    case "host":
      return cells[row * columns + output];
  }
}

/** The cells of [rows × columns] that a logical row switches onto an output. */
export function cellsOfOutput(
  spec: Pick<MacroSpec, "differential">,
  columns: number,
  row: number,
  output: number,
): number[] {
  switch (spec.differential) {
    case "row-pair":
      return [2 * row * columns + output, (2 * row + 1) * columns + output];
    case "column-pair":
      return [row * columns + 2 * output, row * columns + 2 * output + 1];
    case "host":
      return [row * columns + output];
  }
}
