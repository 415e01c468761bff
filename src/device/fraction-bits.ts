import { NasError } from "../base/errors.js";

/** More than 8 fraction bits would resolve finer than any cell is known. */
const mostFractionBits = 8;
/** The noise generator reaches 4.05 standard deviations (kernels/noise.ts). */
const mostNoise = 4.05;

/**
 * Of what a tile puts on its lines, in ADC steps, the most fraction bits that 16-bit lines and parameters can carry.
 * @throws NAS_MACRO_RANGE where not even whole steps fit
 */
export function fittingFractionBits(tile: {
  /** [rows × outputs] */
  steps: Float64Array;
  rows: number;
  outputs: number;
  /** [outputs] relative errors. */
  gains: Float64Array;
  /** [outputs] */
  offsets: Float64Array;
  /** [outputs] largest standard deviation. */
  noise: Float64Array;
}): number {
  const { steps, rows, outputs, gains, offsets, noise } = tile;
  for (let bits = mostFractionBits; bits >= 0; bits--) {
    const scale = 2 ** bits;
    const half = bits > 0 ? scale / 2 : 0;
    const fits = (output: number) => {
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += Math.abs(Math.round(steps[row * outputs + output] * scale));
      const amplified = sum * (1 + Math.max(0, gains[output]));
      const offset = Math.abs(Math.round(offsets[output] * scale));
      return (
        Math.round(8 * noise[output] * scale) <= 32767 &&
        amplified + offset + mostNoise * noise[output] * scale + half <= 32767
      );
    };
    let fitting = 0;
    while (fitting < outputs && fits(fitting)) fitting++;
    if (fitting === outputs) return bits;
  }
  throw new NasError("NAS_MACRO_RANGE", "a column's cells, offset and noise add to more than 32,767 ADC steps", {
    hint: "configure a coarser ADC step, or map fewer rows to a tile",
    context: { rows, outputs },
  });
}
