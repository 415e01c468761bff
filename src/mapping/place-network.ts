import { NasError } from "../base/errors.js";
import type { MacroSpec } from "../macro/macro.js";
import { matrixLayers, type MatrixLayer, type QuantizedNode } from "../network/quantized-network.js";
import type { Placement, Tile } from "./placement.js";

/** What placing asks of a layer: its matrix and its bits, no weights. */
export type PlacedLayer = Pick<MatrixLayer, "id" | "op" | "rows" | "outputs" | "inputBits" | "weightBits">;

/** A network as the mapper sees it; every QuantizedNetwork is one. */
export interface PlacedNetwork {
  nodes: readonly (PlacedLayer | Pick<Exclude<QuantizedNode, MatrixLayer>, "id" | "op">)[];
}

/** Cells that one weight's magnitude takes: its bits without the sign over the bits of a cell. */
export function slicesOf(weightBits: number, cellBits: number): number {
  return Math.ceil((weightBits - 1) / cellBits);
}

/**
 * Splits every matrix layer into tiles and assigns each an array and a round.
 *
 * A layer taller than an array is cut into row blocks of nearly equal height (equal heights keep the sums, and so the ADC
 * clipping, of all blocks alike), a wider one into output blocks. One tile has one array. Rounds hold whole layers while
 * they fit; a layer with more tiles than arrays gets rounds of its own, and its partial sums wait between them.
 * @throws NAS_MAPPING_IMPOSSIBLE where no number of rounds would do, saying what the macro lacks
 */
export function placeNetwork(network: PlacedNetwork, spec: MacroSpec): Placement {
  const tiles: Tile[] = [];
  let round = 0;
  let used = 0;
  for (const layer of matrixLayers(network)) {
    const blocks = splitLayer(layer, spec);
    if (used > 0 && used + blocks.length > spec.arrays) {
      round++;
      used = 0;
    }
    for (const block of blocks) {
      if (used === spec.arrays) {
        round++;
        used = 0;
      }
      tiles.push({ ...block, tile: tiles.length, layer: layer.id, round, array: used++ });
    }
  }
  return { spec, tiles, rounds: round + 1 };
}

type Block = Omit<Tile, "tile" | "layer" | "round" | "array">;

function splitLayer(layer: PlacedLayer, spec: MacroSpec): Block[] {
  const slices = slicesOf(layer.weightBits, spec.cellBits);
  const rowsPerInput = spec.differential === "row-pair" ? 2 : 1;
  const columnsPerOutput = slices * (spec.differential === "row-pair" ? 1 : 2);
  const tallest = Math.floor(spec.arrayRows / rowsPerInput);
  const widest = Math.floor(spec.arrayColumns / columnsPerOutput);
  if (layer.inputBits > spec.inputBits) {
    impossible(
      layer,
      `its inputs have ${layer.inputBits} bits, the macro feeds ${spec.inputBits}`,
      `train it with activations of ${spec.inputBits} bits`,
      { inputBits: layer.inputBits },
    );
  }
  if (widest < 1) {
    impossible(
      layer,
      `one ${layer.weightBits}-bit weight takes ${columnsPerOutput} columns of ${spec.cellBits}-bit cells, an array has ${spec.arrayColumns}`,
      "use cells of more bits, weights of fewer bits, or wider arrays",
      { columnsPerOutput },
    );
  }
  const blocks: Block[] = [];
  for (const [rowBegin, rowEnd] of nearlyEqualParts(layer.rows, tallest)) {
    for (const [outputBegin, outputEnd] of nearlyEqualParts(layer.outputs, widest)) {
      const rows = (rowEnd - rowBegin) * rowsPerInput;
      blocks.push({
        rowBegin,
        rowEnd,
        outputBegin,
        outputEnd,
        slices,
        rows,
        columns: (outputEnd - outputBegin) * columnsPerOutput,
      });
    }
  }
  return blocks;
}

/** Cuts 0 … total into the fewest parts of at most `most`, the first ones longer by one where it does not divide. */
function nearlyEqualParts(total: number, most: number): [begin: number, end: number][] {
  const parts = Math.ceil(total / most);
  return Array.from({ length: parts }, (_, part) => [
    Math.ceil((part * total) / parts),
    Math.ceil(((part + 1) * total) / parts),
  ]);
}

function impossible(layer: PlacedLayer, why: string, hint: string, context: Record<string, unknown>): never {
  throw new NasError("NAS_MAPPING_IMPOSSIBLE", `layer "${layer.id}" cannot be mapped: ${why}`, {
    hint,
    context: { layer: layer.id, ...context },
  });
}
