import type { MacroSpec } from "../macro/macro.js";

/** Where every weight of a network sits: tiles in layer order, each on one array in one round. Plain data. */
export interface Placement {
  /** The spec that the placement was made for; every macro that carries it must offer at least this. */
  spec: MacroSpec;
  tiles: Tile[];
  /** How often the macro is programmed to hold all tiles in turn. */
  rounds: number;
}

/** A block of one layer's weight matrix on one array. */
export interface Tile {
  tile: number;
  layer: string;
  round: number;
  array: number;
  /** Logical rows of the matrix: rowBegin ≤ row < rowEnd. */
  rowBegin: number;
  rowEnd: number;
  /** Outputs of the matrix: outputBegin ≤ output < outputEnd. */
  outputBegin: number;
  outputEnd: number;
  /** Cells that hold one weight's magnitude, least significant first; each of spec.cellBits bits. */
  slices: number;
  /** Physical lines in use. */
  rows: number;
  columns: number;
}

/** The tiles of a layer, in order. */
export function tilesOf(placement: Placement, layer: string): Tile[] {
  return placement.tiles.filter((tile) => tile.layer === layer);
}
