import type { MacroSpec } from "../macro/macro.js";
import type { Tile } from "./placement.js";

/**
 * What the offsets of a tile's ADCs add to its decoded sums: each conversion carries its ADC's offset, and an input of b bits
 * is converted b times with the weights 1, 2, 4 …, so that an offset counts 2^b − 1 times.
 * @param offsets [ADC outputs] in ADC steps
 * @returns [outputs of the tile], in the unit of the layer's sums, rounded to it
 */
export function offsetSums(
  offsets: Float64Array,
  { slices, outputBegin, outputEnd }: Pick<Tile, "slices" | "outputBegin" | "outputEnd">,
  spec: Pick<MacroSpec, "cellBits" | "differential">,
  adcStepLevels: number,
  bits: number,
): Int32Array {
  const isHost = spec.differential === "host";
  const ofLine = (line: number) => (isHost ? offsets[2 * line] - offsets[2 * line + 1] : offsets[line]);
  return Int32Array.from({ length: outputEnd - outputBegin }, (_, output) => {
    let sum = 0;
    for (let slice = 0; slice < slices; slice++) sum += 2 ** (spec.cellBits * slice) * ofLine(output * slices + slice);
    return Math.round(sum * (2 ** bits - 1) * adcStepLevels);
  });
}

/** Takes them out of a block of a layer's sums, [vectors × layerOutputs]. */
export function subtractOffsets(
  sums: Int32Array,
  layerOutputs: number,
  vectors: number,
  offsets: Int32Array,
  firstOutput: number,
): void {
  for (let vector = 0; vector < vectors; vector++) {
    const from = vector * layerOutputs + firstOutput;
    for (let output = 0; output < offsets.length; output++) sums[from + output] -= offsets[output];
  }
}
