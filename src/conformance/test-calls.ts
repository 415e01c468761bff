import { keyedUniform } from "../base/keyed-random.js";
import { adcOutputs, adcRails, logicalRows } from "../macro/macro.js";
import type { InputBlock, MacroSpec, TileImage } from "../macro/macro.js";

/** A tile of about two thirds of an array with weights of both signs, one cell of each pair programmed. */
export function testImage(spec: MacroSpec): TileImage {
  const rows = Math.max(2, 2 * Math.floor(spec.arrayRows / 3));
  const columns = Math.max(2, 2 * Math.floor(spec.arrayColumns / 3));
  return imageOf(spec, rows, columns);
}

/** The smallest tile: one pair of cells, or one cell and its like where pairs lie across. */
export function smallestImage(spec: MacroSpec): TileImage {
  return spec.differential === "row-pair" ? imageOf(spec, 2, 1) : imageOf(spec, 1, 2);
}

/** A tile of a whole array, as far as whole pairs reach. */
export function largestImage(spec: MacroSpec): TileImage {
  const { arrayRows, arrayColumns, differential } = spec;
  if (differential === "row-pair") return imageOf(spec, 2 * Math.floor(arrayRows / 2), arrayColumns);
  return imageOf(spec, arrayRows, 2 * Math.floor(arrayColumns / 2));
}

function imageOf(spec: MacroSpec, rows: number, columns: number): TileImage {
  const levels = new Uint8Array(rows * columns);
  const count = 2 ** spec.cellBits;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const pair = spec.differential === "row-pair" ? [row >> 1, column] : [row, column >> 1];
      const polarity = spec.differential === "row-pair" ? row & 1 : column & 1;
      const negative = keyedUniform("sign", ...pair) < 0.5 ? 0 : 1;
      if (polarity === negative) levels[row * columns + column] = Math.floor(keyedUniform("level", ...pair) * count);
    }
  }
  return { array: 0, rows, columns, levels };
}

/** Vectors for a tile, of 4 bits where the macro feeds them, in another sequence for another `seed`. */
export function testInputs(
  spec: MacroSpec,
  image: TileImage,
  { vectors = 9, bits = 4, seed = 0 }: { vectors?: number; bits?: number; seed?: number } = {},
): InputBlock {
  const rows = logicalRows(spec, image.rows);
  const fed = Math.min(bits, spec.inputBits);
  const count = Math.min(vectors, spec.maxVectors);
  // A quarter of the bits are ones: typical of activations, and it keeps most sums inside the ADC's range.
  const data = Uint8Array.from({ length: count * rows }, (_, index) => {
    let value = 0;
    for (let bit = 0; bit < fed; bit++)
      if (keyedUniform("input", index + seed * 2 ** 20, bit) < 0.25) value |= 1 << bit;
    return value;
  });
  return { array: image.array, vectors: count, rows, bits: fed, data, want: "codes" };
}

/** What an ideal array and ADC give: exact sums, divided by the step, rounded half up, clipped. */
export function exactCodes(
  spec: MacroSpec,
  image: TileImage,
  block: InputBlock,
  stepLevels = spec.adcStepLevels[0],
): number[] {
  const { low, high } = adcRails(spec);
  const outputs = adcOutputs(spec, image.columns);
  const at = (row: number, column: number) => image.levels[row * image.columns + column];
  const codes: number[] = [];
  for (let vector = 0; vector < block.vectors; vector++) {
    for (let plane = 0; plane < block.bits; plane++) {
      for (let output = 0; output < outputs; output++) {
        let sum = 0;
        for (let row = 0; row < block.rows; row++) {
          if (!((block.data[vector * block.rows + row] >> plane) & 1)) continue;
          if (spec.differential === "row-pair") sum += at(2 * row, output) - at(2 * row + 1, output);
          else if (spec.differential === "column-pair") sum += at(row, 2 * output) - at(row, 2 * output + 1);
          else sum += at(row, output);
        }
        codes.push(Math.max(low, Math.min(high, Math.floor(sum / stepLevels + 0.5))));
      }
    }
  }
  return codes;
}

/** What the host makes of codes where the macro does not: bit planes added with their weights, [vectors × outputs]. */
export function addPlanes(codes: Int32Array, { vectors, bits }: InputBlock, outputs: number): Int32Array {
  const sums = new Int32Array(vectors * outputs);
  for (let vector = 0; vector < vectors; vector++)
    for (let plane = 0; plane < bits; plane++)
      for (let output = 0; output < outputs; output++)
        sums[vector * outputs + output] += codes[(vector * bits + plane) * outputs + output] * 2 ** plane;
  return sums;
}
