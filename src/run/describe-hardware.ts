import { adcOutputs, type ProgramReport } from "../macro/macro.js";
import { tilesOf, type Placement, type Tile } from "../mapping/placement.js";
import type { MatrixLayer } from "../network/quantized-network.js";
import type { HardwareUse, TileUse } from "../record/run-document.js";

/** ADC conversions that one image costs in a layer. */
export function conversionsPerImage(placement: Placement, layer: MatrixLayer): number {
  const positions = layer.outShape.height * layer.outShape.width;
  const outputs = tilesOf(placement, layer.id).reduce(
    (sum, { columns }) => sum + adcOutputs(placement.spec, columns),
    0,
  );
  return positions * layer.inputBits * outputs;
}

/** Programmed cells of tiles, both of each pair counted. */
export function cellsOf(tiles: readonly Tile[]): number {
  return tiles.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
}

export function describeHardware(placement: Placement, layers: readonly MatrixLayer[]): HardwareUse {
  const { spec, tiles, rounds } = placement;
  const cells = cellsOf(tiles);
  return {
    arrayRows: spec.arrayRows,
    arrayColumns: spec.arrayColumns,
    arraysAvailable: spec.arrays,
    tiles: tiles.length,
    rounds,
    cells,
    adcConversionsPerImage: layers.reduce((sum, layer) => sum + conversionsPerImage(placement, layer), 0),
    utilisation: cells / (tiles.length * spec.arrayRows * spec.arrayColumns),
    adcBits: spec.adcBits,
    cellBits: spec.cellBits,
  };
}

export function describeTiles(placement: Placement, reports: ReadonlyMap<number, ProgramReport>): TileUse[] {
  return placement.tiles.map(({ tile, layer, round, array, rows, columns }) => ({
    tile,
    layer,
    round,
    array,
    rows,
    columns,
    cellsOutOfTolerance: reports.get(tile)?.cellsOutOfTolerance ?? 0,
  }));
}
