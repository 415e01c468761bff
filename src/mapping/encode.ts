import type { MacroSpec, TileImage } from "../macro/macro.js";
import type { MatrixLayer } from "../network/quantized-network.js";
import type { Tile } from "./placement.js";

/**
 * The cell levels of a tile. A weight's sign chooses the cell of its differential pair, the other cell stays at 0; its
 * magnitude is cut into slices of spec.cellBits bits. Columns run output by output, slice by slice, least significant first.
 */
export function encodeTile(
  layer: Pick<MatrixLayer, "rows" | "weights">,
  tile: Tile,
  spec: Pick<MacroSpec, "cellBits" | "differential">,
): TileImage {
  const { rows, columns, slices, rowBegin, rowEnd, outputBegin, outputEnd } = tile;
  const levels = new Uint8Array(rows * columns);
  const mask = 2 ** spec.cellBits - 1;
  for (let row = rowBegin; row < rowEnd; row++) {
    for (let output = outputBegin; output < outputEnd; output++) {
      const weight = layer.weights[output * layer.rows + row];
      const negative = weight < 0 ? 1 : 0;
      for (let slice = 0; slice < slices; slice++) {
        const digit = (Math.abs(weight) >> (slice * spec.cellBits)) & mask;
        const line = (output - outputBegin) * slices + slice;
        const physical =
          spec.differential === "row-pair"
            ? (2 * (row - rowBegin) + negative) * columns + line
            : (row - rowBegin) * columns + 2 * line + negative;
        levels[physical] = digit;
      }
    }
  }
  return { array: tile.array, rows, columns, levels };
}
