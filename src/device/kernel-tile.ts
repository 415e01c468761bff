import { randomKey } from "../base/keyed-random.js";
import type { KernelTile } from "../kernels/tile-kernel.js";
import { adcOutputs, adcRails, logicalRows, type MacroSpec } from "../macro/macro.js";
import { columnErrors } from "./column-errors.js";
import { fittingFractionBits } from "./fraction-bits.js";
import { kernelNoise, largestVariances } from "./kernel-noise.js";
import { pairDifference } from "./pair-difference.js";
import type { NumberedImage } from "./program-cells.js";
import { readVariances } from "./read-variances.js";
import type { ChipCharacter } from "./virtual-chip.js";

/**
 * Brings a programmed array into the kernel's integers: contributions of single cells in ADC steps, and what acts on
 * their sum. The fraction bits are as many as 16 bits have room for: no line can overflow. Where the levels of every
 * column are integers that add to at most 32,600 and the step is a power of two up to 256, nothing is lost, so an ideal
 * macro stays exact.
 * @param conductanceLevels [image.rows × image.columns]
 * @param adcStepLevels levels per ADC step
 * @throws NAS_MACRO_RANGE where not even whole ADC steps fit 16 bits
 */
export function toKernelTile(
  spec: MacroSpec,
  chip: ChipCharacter,
  seed: number,
  image: NumberedImage,
  conductanceLevels: Float64Array,
  adcStepLevels: number,
): KernelTile {
  const rows = logicalRows(spec, image.rows);
  const outputs = adcOutputs(spec, image.columns);
  const steps = new Float64Array(rows * outputs);
  for (let row = 0; row < rows; row++)
    for (let output = 0; output < outputs; output++)
      steps[row * outputs + output] =
        pairDifference(spec, image.columns, conductanceLevels, row, output) / adcStepLevels;
  const { gains, offsets } = columnErrors(chip, image.array, outputs);
  const variances = readVariances(spec, chip, image, conductanceLevels);
  const noise = largestVariances(variances, outputs).map((variance) => Math.sqrt(variance) / adcStepLevels);
  const fractionBits = fittingFractionBits({ steps, rows, outputs, gains, offsets, noise });
  const scale = 2 ** fractionBits;
  const { low, high } = adcRails(spec);
  return {
    rows,
    outputs,
    fractionBits,
    contributions: Int16Array.from(steps, (value) => Math.round(value * scale)),
    gains: Int16Array.from(gains, (error) => Math.max(-32767, Math.min(32767, Math.round(error * 32768)))),
    offsets: Int16Array.from(offsets, (value) => Math.round(value * scale)),
    ...kernelNoise(variances, rows, outputs, scale / adcStepLevels),
    noiseKey: randomKey("read", seed, chip.chipSeed, image.tile),
    lowCode: low,
    highCode: high,
  };
}
