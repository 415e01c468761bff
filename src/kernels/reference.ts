import { conversionNoise, readSeeds, roundedProduct } from "./noise.js";
import type { KernelCall, KernelResult, KernelTile } from "./tile-kernel.js";

/**
 * The specification of a bit-serial matrix-vector product on one tile, in plain loops. For every vector and every bit
 * plane of its inputs: active rows add their contributions on each output's line, read noise and the ADC's offset join,
 * the ADC rounds (half up) and clips. The fast kernel must give the same integers; test/unit/kernels shows it.
 */
export function convertReference(tile: KernelTile, call: KernelCall): KernelResult {
  const { rows, outputs, fractionBits } = tile;
  const perVector = call.want === "codes" ? call.bits * outputs : outputs;
  const values = new Int32Array(call.vectors * perVector);
  let saturated = 0;
  for (let vector = 0; vector < call.vectors; vector++) {
    for (let plane = 0; plane < call.bits; plane++) {
      const seeds = readSeeds(tile.noiseKey, call.firstVector + vector, plane);
      for (let output = 0; output < outputs; output++) {
        let line = 0;
        for (let row = 0; row < rows; row++) {
          const bit = (call.data[vector * rows + row] >> plane) & 1;
          if (bit) line += tile.contributions[row * outputs + output];
        }
        line = clip16(line + tile.offsets[output]);
        if (tile.noise[output] > 0)
          line = clip16(line + roundedProduct(conversionNoise(seeds, output), tile.noise[output]));
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

/** Whether a code stands at a rail; an unsigned 0 is an honest zero. */
function isSaturated(tile: KernelTile, code: number): boolean {
  return code === tile.highCode || (code === tile.lowCode && tile.lowCode < 0);
}

function clip16(value: number): number {
  return Math.min(32767, Math.max(-32768, value));
}
