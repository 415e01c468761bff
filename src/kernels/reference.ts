import { conversionNoise, keyOfReading, readSeeds, roundedProduct } from "./noise.js";
import type { CellNoise, KernelCall, KernelResult, KernelTile } from "./tile-kernel.js";

/** What stands on every output's line while these rows are active: [outputs], in the unit of the contributions. */
export type SumLines = (active: Uint8Array) => ArrayLike<number>;

/**
 * The specification of a bit-serial matrix-vector product on one tile, in plain loops. For every vector and every bit
 * plane of its inputs: active rows add their contributions on each output's line, the ADC's gain error acts on the sum,
 * its offset and read noise join, the ADC rounds (half up) and clips. The fast kernel must give the same integers;
 * test/unit/kernels shows it.
 * @param sumLines where an array's lines are more than the sum of their cells: what they carry instead
 */
export function convertReference(
  tile: KernelTile,
  call: KernelCall,
  sumLines: SumLines = (active) => addedLines(tile, active),
): KernelResult {
  const { rows, outputs, fractionBits } = tile;
  const perVector = call.want === "codes" ? call.bits * outputs : outputs;
  const values = new Int32Array(call.vectors * perVector);
  const active = new Uint8Array(rows);
  const noiseKey = keyOfReading(tile.noiseKey, call.repeat ?? 0);
  let saturated = 0;
  for (let vector = 0; vector < call.vectors; vector++) {
    for (let plane = 0; plane < call.bits; plane++) {
      const seeds = readSeeds(noiseKey, call.firstVector + vector, plane);
      for (let row = 0; row < rows; row++) active[row] = (call.data[vector * rows + row] >> plane) & 1;
      const lines = sumLines(active);
      for (let output = 0; output < outputs; output++) {
        let line = clip16(lines[output]);
        line = clip16(line + roundedProduct(line, tile.gains[output]));
        line = clip16(line + tile.offsets[output]);
        const sigma = tile.cellNoise ? cellSigma(tile.cellNoise, active, outputs, output) : tile.noise[output];
        if (sigma > 0) line = clip16(line + roundedProduct(conversionNoise(seeds, output), sigma));
        const half = fractionBits > 0 ? 1 << (fractionBits - 1) : 0;
        const code = Math.min(tile.highCode, Math.max(tile.lowCode, clip16(line + half) >> fractionBits));
        if (isSaturated(tile, code)) saturated++;
        if (call.want === "codes") values[vector * perVector + plane * outputs + output] = code;
        else values[vector * perVector + output] += code * 2 ** plane;
      }
    }
  }
  return { values, saturated };
}

/** Where lines are linear in the cells: the active rows' contributions, added. */
function addedLines({ rows, outputs, contributions }: KernelTile, active: Uint8Array): Int32Array {
  const lines = new Int32Array(outputs);
  for (let row = 0; row < rows; row++) {
    if (!active[row]) continue;
    for (let output = 0; output < outputs; output++) lines[output] += contributions[row * outputs + output];
  }
  return lines;
}

/** Standard deviation × 8 of a conversion, in 32-bit floats as the fast kernel has them. */
function cellSigma(
  { always, variances, sigmaPerRoot }: CellNoise,
  active: Uint8Array,
  outputs: number,
  output: number,
): number {
  let variance = always;
  active.forEach((isActive, row) => {
    if (isActive) variance += variances[row * outputs + output];
  });
  const sigma = Math.fround(Math.fround(Math.sqrt(variance)) * sigmaPerRoot);
  return Math.min(32767, Math.trunc(Math.fround(sigma + 0.5)));
}

/** Whether a code stands at a rail; an unsigned 0 is an honest zero. */
function isSaturated(tile: KernelTile, code: number): boolean {
  return code === tile.highCode || (code === tile.lowCode && tile.lowCode < 0);
}

function clip16(value: number): number {
  return Math.min(32767, Math.max(-32768, value));
}
