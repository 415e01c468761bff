import { isNasError, throwIfAborted } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import { adcOutputs, adcRails, logicalRows, type Macro } from "../macro/macro.js";
import type { Placement, Tile } from "../mapping/placement.js";

/** Conversions that each ADC's offset is averaged over. */
export const darkConversions = 256;

/** Inference reads a tile's vectors for the first time (repeat 0); these readings draw their noise apart from it. */
const ownRepeat = 1;

/** What the ADCs of one tile said to an input of zero. */
export interface TileReading {
  tile: number;
  /** The ADC step at which they were read: the finest that the macro takes for this tile. */
  adcStepLevels: number;
  /** [ADC outputs] codes and their squares, added over all conversions. */
  codeSums: number[];
  squareSums: number[];
  /** Outputs of which most codes stood at an end of the ADC's range: their offset does not show. */
  hidden: number[];
}

/** The readings of a round's tiles, or why there are none. */
export type DarkRead = { tiles: TileReading[] } | { absent: string };

/**
 * Measures the offset of every ADC that a round uses, through the contract alone: the tile is given zeros, at the finest
 * ADC step that the macro takes, where rounding hides least, and the codes of many conversions are added. The macro must hold
 * the round's tiles; its ADC steps are to be configured anew afterwards.
 */
export async function readDark(
  macro: Macro,
  placement: Placement,
  round: number,
  context: JobContext,
): Promise<DarkRead> {
  const tiles: TileReading[] = [];
  for (const tile of placement.tiles) {
    if (tile.round !== round) continue;
    throwIfAborted(context.signal);
    try {
      tiles.push(await readTile(macro, placement, tile, context));
    } catch (error) {
      // A recording answers only what was asked when it was made.
      if (macro.identity.kind === "recording" && isNasError(error, "NAS_MACRO_REPLAY"))
        return { absent: "the recording holds no readings of an input of zero" };
      throw error;
    }
  }
  return { tiles };
}

/** At the finest step that is taken and shows most offsets; at the coarsest one if it comes to that. */
async function readTile(macro: Macro, placement: Placement, tile: Tile, context: JobContext): Promise<TileReading> {
  const steps = placement.spec.adcStepLevels;
  for (const levels of steps.slice(0, -1)) {
    try {
      const reading = await readAt(macro, placement, tile, levels, context);
      if (2 * reading.hidden.length <= reading.codeSums.length || isUnsigned(placement)) return reading;
    } catch (error) {
      // A simulated line may not fit the kernel's integers at a fine step.
      if (!isNasError(error, "NAS_MACRO_RANGE")) throw error;
    }
  }
  return readAt(macro, placement, tile, steps[steps.length - 1], context);
}

/** An unsigned ADC hides half of all offsets at any step: those below zero. */
function isUnsigned({ spec }: Placement): boolean {
  return spec.differential === "host";
}

async function readAt(
  macro: Macro,
  placement: Placement,
  { tile, array, rows: physicalRows, columns }: Tile,
  adcStepLevels: number,
  context: JobContext,
): Promise<TileReading> {
  const { spec } = placement;
  await macro.configure({ adcStepLevels: [{ array, levels: adcStepLevels }] }, { signal: context.signal });
  const rows = logicalRows(spec, physicalRows);
  const outputs = adcOutputs(spec, columns);
  const codeSums = new Array<number>(outputs).fill(0);
  const squareSums = new Array<number>(outputs).fill(0);
  const atEnd = new Array<number>(outputs).fill(0);
  const { low, high } = adcRails(spec);
  for (let firstVector = 0; firstVector < darkConversions; firstVector += spec.maxVectors) {
    const vectors = Math.min(spec.maxVectors, darkConversions - firstVector);
    const block = { array, vectors, rows, bits: 1, data: new Uint8Array(vectors * rows), want: "codes" as const };
    const keys = { firstVector, repeat: ownRepeat };
    const { values } = await macro.compute(block, { signal: context.signal, keys });
    values.forEach((code, index) => {
      const output = index % outputs;
      codeSums[output] += code;
      squareSums[output] += code * code;
      if (code === low || code === high) atEnd[output]++;
    });
  }
  const hidden = [...atEnd.keys()].filter((output) => 2 * atEnd[output] > darkConversions);
  return { tile, adcStepLevels, codeSums, squareSums, hidden };
}

/** The offsets that readings show, [ADC outputs] in ADC steps; 0 where they do not show. */
export function offsetsOf({ codeSums, hidden }: TileReading): Float64Array {
  return Float64Array.from(codeSums, (sum, output) => (hidden.includes(output) ? 0 : sum / darkConversions));
}

/** The offsets of all tiles that were read, in ADC steps; nothing where a round could not be read. */
export function offsetsByTile(reads: readonly DarkRead[]): Map<number, Float64Array> | undefined {
  const offsets = new Map<number, Float64Array>();
  for (const read of reads) {
    if ("absent" in read) return undefined;
    for (const reading of read.tiles) offsets.set(reading.tile, offsetsOf(reading));
  }
  return reads.length === 0 ? undefined : offsets;
}

/**
 * What is left of an offset after the correction, as a root mean square in ADC steps over the ADCs that show it: the standard
 * error of the mean, and what rounding hides where noise is too small to carry the line over the edges between codes. The mean
 * of rounded values of Gaussian noise σ errs by Σ (−1)^k e^(−2π²k²σ²) sin(2πkx) / (πk) around x (B. Widrow, I. Kollár,
 * Quantization Noise, 2008, chapter 4); over all x that is a variance of Σ e^(−4π²k²σ²) / (2π²k²).
 */
export function residualSteps(readings: readonly TileReading[]): number {
  let sum = 0;
  let count = 0;
  for (const { codeSums, squareSums, hidden } of readings) {
    codeSums.forEach((codes, output) => {
      if (hidden.includes(output)) return;
      const variance = (squareSums[output] - codes ** 2 / darkConversions) / (darkConversions - 1);
      sum += variance / darkConversions + hiddenByRounding(variance);
      count++;
    });
  }
  return count === 0 ? 0 : Math.sqrt(sum / count);
}

/** Variance of rounding's error in a mean, from the variance of the codes, of which rounding itself is a twelfth. */
function hiddenByRounding(codeVariance: number): number {
  const variance = Math.max(0, codeVariance - 1 / 12);
  let sum = 0;
  for (let k = 1; k <= 1000; k++) sum += Math.exp(-4 * Math.PI ** 2 * k ** 2 * variance) / (2 * Math.PI ** 2 * k ** 2);
  return sum;
}
