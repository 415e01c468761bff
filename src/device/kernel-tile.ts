import { keyedNormal, randomKey } from "../base/keyed-random.js";
import { NasError } from "../base/errors.js";
import type { KernelTile } from "../kernels/tile-kernel.js";
import { adcOutputs, adcRails, logicalRows, type MacroSpec, type TileImage } from "../macro/macro.js";
import type { ChipCharacter } from "./virtual-chip.js";

/** More than 8 fraction bits would resolve finer than any cell is known. */
const mostFractionBits = 8;

/**
 * Brings a programmed array into the kernel's integers. Everything before the ADC is linear in the cells, so column gain
 * and ADC step are divided into the contributions. The fraction bits are as many as 16 bits have room for: no line can
 * overflow. Where the levels of every column are integers that add to at most 32,600 and the step is a power of two up
 * to 256, nothing is lost, so an ideal macro stays exact.
 * @param conductanceLevels [image.rows × image.columns]
 * @param adcStepLevels levels per ADC step
 * @throws NAS_MACRO_RANGE where not even whole ADC steps fit 16 bits
 */
export function toKernelTile(
  spec: MacroSpec,
  chip: ChipCharacter,
  seed: number,
  image: TileImage,
  conductanceLevels: Float64Array,
  adcStepLevels: number,
): KernelTile {
  const rows = logicalRows(spec, image.rows);
  const outputs = adcOutputs(spec, image.columns);
  const steps = new Float64Array(rows * outputs);
  for (let output = 0; output < outputs; output++) {
    // The offset belongs to the place: (chip, array, output), whatever tile sits there.
    const gain = 1 + chip.adcGainSigma * keyedNormal("adc-gain", chip.chipSeed, image.array, output);
    for (let row = 0; row < rows; row++) {
      steps[row * outputs + output] =
        (pairDifference(spec, image.columns, conductanceLevels, row, output) * gain) / adcStepLevels;
    }
  }
  const offsets = Float64Array.from(
    { length: outputs },
    (_, output) => chip.adcOffsetSigmaSteps * keyedNormal("adc-offset", chip.chipSeed, image.array, output),
  );
  const noise = chip.readNoiseSigmaLevels / adcStepLevels;
  const { low, high } = adcRails(spec);
  const fractionBits = fittingFractionBits({ steps, rows, outputs, offsets, noise });
  const scale = 2 ** fractionBits;
  return {
    rows,
    outputs,
    fractionBits,
    contributions: Int16Array.from(steps, (value) => Math.round(value * scale)),
    offsets: Int16Array.from(offsets, (value) => Math.round(value * scale)),
    // The kernel wants the standard deviation × 8.
    noise: new Int16Array(outputs).fill(Math.round(8 * noise * scale)),
    noiseKey: randomKey("read", seed, chip.chipSeed, image.tile),
    lowCode: low,
    highCode: high,
  };
}

/** What an active logical row puts on an output, in levels: the difference of its pair, or the one cell where the host subtracts. */
export function pairDifference(
  spec: MacroSpec,
  columns: number,
  cells: Float64Array,
  row: number,
  output: number,
): number {
  switch (spec.differential) {
    case "row-pair":
      return cells[2 * row * columns + output] - cells[(2 * row + 1) * columns + output];
    case "column-pair":
      return cells[row * columns + 2 * output] - cells[row * columns + 2 * output + 1];
    case "host":
      return cells[row * columns + output];
  }
}

/** The noise generator reaches 4.05 standard deviations (kernels/noise.ts). */
const mostNoise = 4.05;

/** Of what a tile puts on its lines, in ADC steps, the most fraction bits that 16-bit lines and parameters can carry. */
function fittingFractionBits(tile: {
  /** [rows × outputs] */
  steps: Float64Array;
  rows: number;
  outputs: number;
  /** [outputs] */
  offsets: Float64Array;
  /** Standard deviation. */
  noise: number;
}): number {
  const { steps, rows, outputs, offsets, noise } = tile;
  for (let bits = mostFractionBits; bits >= 0; bits--) {
    const scale = 2 ** bits;
    const half = bits > 0 ? scale / 2 : 0;
    let fits = Math.round(8 * noise * scale) <= 32767;
    for (let output = 0; output < outputs && fits; output++) {
      let magnitude = 0;
      for (let row = 0; row < rows; row++) magnitude += Math.abs(Math.round(steps[row * outputs + output] * scale));
      const offset = Math.abs(Math.round(offsets[output] * scale));
      fits = magnitude + offset + mostNoise * noise * scale + half <= 32767;
    }
    if (fits) return bits;
  }
  throw new NasError("NAS_MACRO_RANGE", "a column's cells, offset and noise add to more than 32,767 ADC steps", {
    hint: "configure a coarser ADC step, or map fewer rows to a tile",
    context: { rows, outputs },
  });
}
