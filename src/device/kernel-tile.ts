import { keyedNormal, randomKey } from "../base/keyed-random.js";
import { NasError } from "../base/errors.js";
import type { KernelTile } from "../kernels/tile-kernel.js";
import { adcOutputs, adcRails, logicalRows, type MacroSpec, type TileImage } from "../macro/macro.js";
import type { ChipCharacter } from "./virtual-chip.js";

/** More than 8 fraction bits would resolve finer than any cell is known. */
const mostFractionBits = 8;

/**
 * Brings a programmed array into the kernel's integers. Everything before the ADC is linear in the cells, so column gain
 * and ADC step are divided into the contributions. The fraction bits are as many as keep the largest column within 16
 * bits; with levels that are integers and a step that is a power of two nothing is lost, so an ideal macro stays exact.
 * @param conductanceLevels [image.rows × image.columns]
 * @param adcStepLevels levels per ADC step
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
  const fractionBits = fittingFractionBits(steps, rows, outputs);
  const scale = 2 ** fractionBits;
  const toUnits = (value: number) => Math.max(-32768, Math.min(32767, Math.round(value * scale)));
  const { low, high } = adcRails(spec);
  return {
    rows,
    outputs,
    fractionBits,
    contributions: Int16Array.from(steps, (value) => Math.round(value * scale)),
    offsets: Int16Array.from({ length: outputs }, (_, output) =>
      toUnits(chip.adcOffsetSigmaSteps * keyedNormal("adc-offset", chip.chipSeed, image.array, output)),
    ),
    // The kernel wants the standard deviation × 8.
    noise: new Int16Array(outputs).fill(toUnits((8 * chip.readNoiseSigmaLevels) / adcStepLevels)),
    noiseKey: randomKey("read", seed, chip.chipSeed, image.tile),
    lowCode: low,
    highCode: high,
  };
}

/** What an active logical row puts on an output, in levels: the difference of its pair, or the one cell where the host subtracts. */
function pairDifference(spec: MacroSpec, columns: number, cells: Float64Array, row: number, output: number): number {
  switch (spec.differential) {
    case "row-pair":
      return cells[2 * row * columns + output] - cells[(2 * row + 1) * columns + output];
    case "column-pair":
      return cells[row * columns + 2 * output] - cells[row * columns + 2 * output + 1];
    case "host":
      return cells[row * columns + output];
  }
}

function fittingFractionBits(steps: Float64Array, rows: number, outputs: number): number {
  for (let bits = mostFractionBits; bits >= 0; bits--) {
    const scale = 2 ** bits;
    let largest = 0;
    for (let output = 0; output < outputs; output++) {
      let magnitude = 0;
      for (let row = 0; row < rows; row++) magnitude += Math.abs(Math.round(steps[row * outputs + output] * scale));
      largest = Math.max(largest, magnitude);
    }
    if (largest <= 32767) return bits;
  }
  throw new NasError("NAS_MACRO_RANGE", "a column's cells add to more than 32,767 ADC steps", {
    hint: "configure a coarser ADC step, or map fewer rows to a tile",
    context: { rows, outputs },
  });
}
