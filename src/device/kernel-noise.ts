import type { KernelTile } from "../kernels/tile-kernel.js";
import type { ReadVariances } from "./read-variances.js";

/** Variances are counted in so many parts of a column's largest one. */
const variancePrecision = 32767;

/** [outputs] variance of a conversion with all rows active, in levels². */
export function largestVariances(
  { always, perRow = new Float64Array() }: ReadVariances,
  outputs: number,
): Float64Array {
  const largest = new Float64Array(outputs).fill(always);
  perRow.forEach((variance, cell) => (largest[cell % outputs] += variance));
  return largest;
}

/** Read noise in the kernel's two forms: one standard deviation for every conversion, or variances of the active rows. */
export function kernelNoise(
  variances: ReadVariances,
  rows: number,
  outputs: number,
  unitsPerLevel: number,
): Pick<KernelTile, "noise" | "cellNoise"> {
  const { always, perRow } = variances;
  // The kernel wants standard deviations × 8.
  const sigmaUnits = 8 * unitsPerLevel;
  if (!perRow) return { noise: new Int16Array(outputs).fill(Math.round(sigmaUnits * Math.sqrt(always))) };
  // Room for each row's rounding up; any part will do where all is quiet.
  const part = (Math.max(...largestVariances(variances, outputs)) || 1) / (variancePrecision - rows - 1);
  return {
    noise: new Int16Array(outputs),
    cellNoise: {
      always: Math.round(always / part),
      variances: Int16Array.from(perRow, (variance) => Math.round(variance / part)),
      sigmaPerRoot: Math.fround(sigmaUnits * Math.sqrt(part)),
    },
  };
}
