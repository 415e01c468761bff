import { NasError } from "../base/errors.js";
import type { CostLayer } from "./cost-layer.js";
import type { Hardware, TileOrder } from "./hardware.js";
import type { LayerMapping } from "./mapping.js";

/** Where tiles stand, by number; rows grow down, columns to the right. */
export interface TileGrid {
  rows: number;
  columns: number;
  rowOf: Int32Array;
  columnOf: Int32Array;
}

/** Hops that a layer's results take: to the tile that adds them up, and from it to the farthest consumer. */
export interface LayerDistances {
  merge: number;
  transfer: number;
  /** Number of the tile that adds the layer's results up; a sum has none. */
  mergeTile?: number;
}

const grids = new Map<string, TileGrid>();

/** The grid of a hardware; equal grids are made once. */
export function tileGrid({ gridRows, gridColumns, tileOrder }: Hardware): TileGrid {
  const key = `${tileOrder} ${gridRows} ${gridColumns}`;
  let grid = grids.get(key);
  if (grid === undefined) {
    const walk = walks[tileOrder](gridRows, gridColumns);
    grid = {
      rows: gridRows,
      columns: gridColumns,
      rowOf: Int32Array.from(walk, ([row]) => row),
      columnOf: Int32Array.from(walk, ([, column]) => column),
    };
    grids.set(key, grid);
  }
  return grid;
}

type Walk = [row: number, column: number][];

const walks: Readonly<Record<TileOrder, (rows: number, columns: number) => Walk>> = {
  "row-major": (rows, columns) => byRow(rows, columns, () => false),
  snake: (rows, columns) => byRow(rows, columns, (row) => row % 2 === 1),
  shells: walkShells,
  zigzag: walkDiagonals,
};

function byRow(rows: number, columns: number, isBackwards: (row: number) => boolean): Walk {
  return Array.from({ length: rows * columns }, (_, place): [number, number] => {
    const row = Math.floor(place / columns);
    const column = place % columns;
    return [row, isBackwards(row) ? columns - 1 - column : column];
  });
}

/** (0,0) (0,1) (1,1) (1,0) (2,0) (2,1) (2,2) (1,2) (0,2) (0,3) …: odd shells go down and back left, even ones right and back up. */
function walkShells(rows: number, columns: number): Walk {
  const walk: Walk = [];
  for (let shell = 0; shell < Math.max(rows, columns); shell++) {
    const cells: Walk = [];
    for (let step = 0; step < 2 * shell + 1; step++) {
      const along = Math.min(step, shell);
      const back = shell - Math.max(0, step - shell);
      cells.push(shell % 2 === 1 ? [along, back] : [back, along]);
    }
    walk.push(...cells.filter(([row, column]) => row < rows && column < columns));
  }
  return walk;
}

/** Diagonals from the top left, up and down in turn. */
function walkDiagonals(rows: number, columns: number): Walk {
  const walk: Walk = [];
  for (let diagonal = 0; diagonal < rows + columns - 1; diagonal++) {
    const cells: Walk = [];
    for (let row = 0; row <= diagonal; row++) cells.push([row, diagonal - row]);
    if (diagonal % 2 === 0) cells.reverse();
    walk.push(...cells.filter(([row, column]) => row < rows && column < columns));
  }
  return walk;
}

/** Extremes of row + column and row − column over a set of tiles: all that the farthest Manhattan distance needs. */
interface Spread {
  lowSum: number;
  highSum: number;
  lowDifference: number;
  highDifference: number;
}

/**
 * Distances of every layer. The merging tile is the one with the least merge + transfer distance, the first in reading order
 * among equals. Sums stand at the middle of the grid's left edge; a layer that feeds sums alone sends there.
 * @throws NAS_COST_UNMAPPABLE where the grid has too few tiles
 */
export function distances(
  layers: readonly CostLayer[],
  mappings: readonly LayerMapping[],
  grid: TileGrid,
): LayerDistances[] {
  const last = mappings[mappings.length - 1];
  const tiles = last.firstTile + last.tiles;
  if (tiles > grid.rowOf.length) {
    throw new NasError(
      "NAS_COST_UNMAPPABLE",
      `the network needs ${tiles} tiles, the grid has ${grid.rowOf.length} (${grid.rows} × ${grid.columns})`,
      { hint: "take a larger grid (gridRows, gridColumns) or larger arrays", context: { tiles } },
    );
  }
  const spreads = mappings.map(({ firstTile, tiles: count }) => spreadOf(grid, firstTile, count));
  const consumers = consumersOf(layers);
  return layers.map((layer, place) => {
    if (layer.op === "add") {
      let transfer = 0;
      for (const consumer of consumers[place]) {
        // Another sum stands at the same place.
        if (layers[consumer].op !== "add")
          transfer = Math.max(transfer, toSums(grid, firstInReadingOrder(grid, mappings[consumer])));
      }
      return { merge: 0, transfer };
    }
    const direct = consumers[place].filter((consumer) => layers[consumer].op !== "add");
    const readers = direct.map((consumer) => spreads[consumer]);
    const feedsSums = consumers[place].length > direct.length;
    return chooseMergeTile(grid, mappings[place], spreads[place], readers, feedsSums);
  });
}

/**
 * @param own where the layer's tiles lie
 * @param readers where the layers lie that read its map themselves
 * @param feedsSums whether a sum reads it too
 */
function chooseMergeTile(
  grid: TileGrid,
  { firstTile, tiles }: LayerMapping,
  own: Spread,
  readers: readonly Spread[],
  feedsSums: boolean,
): LayerDistances {
  let best: LayerDistances | undefined;
  let bestPlace = 0;
  for (let tile = firstTile; tile < firstTile + tiles; tile++) {
    const merge = farthest(grid, tile, own);
    let transfer = 0;
    if (readers.length > 0) {
      for (const reader of readers) transfer = Math.max(transfer, farthest(grid, tile, reader));
    } else if (feedsSums) transfer = toSums(grid, tile);
    const place = readingPlace(grid, tile);
    const difference = best === undefined ? -1 : merge + transfer - best.merge - best.transfer;
    if (difference < 0 || (difference === 0 && place < bestPlace)) {
      best = { merge, transfer, mergeTile: tile };
      bestPlace = place;
    }
  }
  return best!;
}

/** Places of the layers that read each layer's output, in order. */
function consumersOf(layers: readonly CostLayer[]): number[][] {
  const consumers: number[][] = layers.map(() => []);
  layers.forEach(({ inputs }, place) => {
    for (const input of inputs) if (input >= 0) consumers[input].push(place);
  });
  return consumers;
}

function spreadOf({ rowOf, columnOf }: TileGrid, firstTile: number, tiles: number): Spread {
  const spread = { lowSum: Infinity, highSum: -Infinity, lowDifference: Infinity, highDifference: -Infinity };
  for (let tile = firstTile; tile < firstTile + tiles; tile++) {
    const sum = rowOf[tile] + columnOf[tile];
    const difference = rowOf[tile] - columnOf[tile];
    if (sum < spread.lowSum) spread.lowSum = sum;
    if (sum > spread.highSum) spread.highSum = sum;
    if (difference < spread.lowDifference) spread.lowDifference = difference;
    if (difference > spread.highDifference) spread.highDifference = difference;
  }
  return spread;
}

/** The largest Manhattan distance from a tile to any of a set: |Δrow| + |Δcolumn| = max(|Δsum|, |Δdifference|). */
function farthest({ rowOf, columnOf }: TileGrid, tile: number, spread: Spread): number {
  const sum = rowOf[tile] + columnOf[tile];
  const difference = rowOf[tile] - columnOf[tile];
  return Math.max(
    spread.highSum - sum,
    sum - spread.lowSum,
    spread.highDifference - difference,
    difference - spread.lowDifference,
  );
}

function firstInReadingOrder(grid: TileGrid, { firstTile, tiles }: LayerMapping): number {
  let best = firstTile;
  for (let tile = firstTile + 1; tile < firstTile + tiles; tile++) {
    if (readingPlace(grid, tile) < readingPlace(grid, best)) best = tile;
  }
  return best;
}

function readingPlace({ columns, rowOf, columnOf }: TileGrid, tile: number): number {
  return rowOf[tile] * columns + columnOf[tile];
}

function toSums({ rows, rowOf, columnOf }: TileGrid, tile: number): number {
  return Math.abs(rowOf[tile] - rows / 2) + columnOf[tile];
}
