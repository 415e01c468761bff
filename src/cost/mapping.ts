import { NasError } from "../base/errors.js";
import type { CostLayer } from "./cost-layer.js";
import type { Hardware } from "./hardware.js";
import type { Correction } from "./profile.js";

/** How a layer is spread over arrays, processing elements (PEs) and tiles. */
export interface LayerMapping {
  /** PEs side by side (output channels, bit planes) and below one another (inputs). */
  pesAcross: number;
  pesDown: number;
  pes: number;
  tiles: number;
  /** In the fullest tile, and in the fullest array; 0 rows and columns where a layer has no weights. */
  pesPerTile: number;
  rows: number;
  columns: number;
  /** Arrays of one sign that work in a PE. */
  planes: number;
  /** Number of the layer's first tile. */
  firstTile: number;
}

/**
 * Splits a layer: a convolution keeps the windows of whole input channels in one array, an fc fills its rows.
 * @throws NAS_COST_UNMAPPABLE where an array has fewer rows than one channel's window
 */
export function mapLayer(
  layer: CostLayer,
  hardware: Hardware,
  corrections: ReadonlySet<Correction>,
  firstTile: number,
): LayerMapping {
  if (layer.op === "add") return withoutWeights(0, firstTile);
  if (layer.op === "pool") return withoutWeights(1, firstTile);
  const { arrayRows, arrayColumns, arraysPerPe } = hardware;
  const window = layer.kernel ** 2;
  if (window > arrayRows) refuse(layer, window, arrayRows);
  const channels = Math.min(layer.inChannels, Math.floor(arrayRows / window));
  const planes = weightPlanes(layer, hardware, corrections);
  const pesDown = Math.ceil(layer.inChannels / Math.floor(arrayRows / window));
  const pesAcross = Math.ceil(planes / arraysPerPe) * Math.ceil(layer.outChannels / arrayColumns);
  const pes = pesAcross * pesDown;
  return {
    pesAcross,
    pesDown,
    pes,
    tiles: Math.ceil(pes / hardware.pesPerTile),
    pesPerTile: Math.min(pes, hardware.pesPerTile),
    rows: channels * window,
    columns: Math.min(layer.outChannels, arrayColumns),
    planes: Math.min(planes, arraysPerPe),
    firstTile,
  };
}

/** Pooling takes a tile, a sum none. */
function withoutWeights(tiles: 0 | 1, firstTile: number): LayerMapping {
  return {
    pesAcross: tiles,
    pesDown: tiles,
    pes: tiles,
    tiles,
    pesPerTile: tiles,
    rows: 0,
    columns: 0,
    planes: 0,
    firstTile,
  };
}

/** Bit planes of a weight: its sign takes none where positive and negative weights have arrays of their own. */
function weightPlanes(layer: CostLayer, hardware: Hardware, corrections: ReadonlySet<Correction>): number {
  const bits = hardware.polarity === 2 ? layer.weightBits - 1 : layer.weightBits;
  return corrections.has("weight-bits-per-cell") ? Math.ceil(bits / hardware.bitsPerCell) : bits;
}

function refuse(layer: CostLayer, window: number, arrayRows: number): never {
  const { id, kernel } = layer;
  throw new NasError(
    "NAS_COST_UNMAPPABLE",
    `layer "${id}": a ${kernel}×${kernel} kernel needs ${window} rows, an array has ${arrayRows}`,
    { hint: "take arrays with more rows, or smaller kernels", context: { layer: id, kernel, arrayRows } },
  );
}
