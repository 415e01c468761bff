import { mix32, randomKey } from "../base/keyed-random.js";

/**
 * The noise of one ADC conversion, in integers: the specification that the fast kernel repeats instruction by
 * instruction. Four bytes of a keyed hash are added (Irwin–Hall, standard deviation 147.8), and a Cornish–Fisher cubic
 * mends the light tails: the result has mean 0, standard deviation 4096 (within 1e-5) and kurtosis 3.003, |z| ≤ 4.1 σ.
 */
export const noiseUnit = 4096;
const linearTerm = 13460;
const cubicTerm = 3200;
/** 2^32 divided by the golden ratio: spreads neighbouring columns over the hash's input. */
const columnStep = 0x9e3779b9;

/** (a × b + 2^14) >> 15 on 16-bit integers: the rounding product that SIMD hardware has as one instruction. */
export function roundedProduct(a: number, b: number): number {
  return (a * b + 0x4000) >> 15;
}

/** The key of a tile's noise at a later reading of the same vectors; the first has the tile's own. */
export function keyOfReading(key: readonly [number, number], repeat: number): readonly [number, number] {
  return repeat === 0 ? key : randomKey(key[0], key[1], repeat);
}

/** The two 32-bit seeds of one analog read: (tile key, vector, bit plane). */
export function readSeeds(key: readonly [number, number], vector: number, plane: number): [number, number] {
  const first = mix32(key[0] ^ mix32(vector ^ (plane << 28)));
  return [first, mix32(key[1] + first)];
}

/** Noise at one output of that read, standard deviation `noiseUnit`. */
export function conversionNoise(seeds: readonly [number, number], output: number): number {
  let x = (seeds[0] + Math.imul(output, columnStep)) | 0;
  x ^= x >>> 16;
  x = Math.imul(x, 0x7feb352d);
  x ^= seeds[1];
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  x ^= x >>> 16;
  return shapeNoise((x & 255) + ((x >>> 8) & 255) + ((x >>> 16) & 255) + (x >>> 24));
}

/** The normal deviate of a sum of four bytes, 0 … 1020. */
export function shapeNoise(byteSum: number): number {
  const u = (byteSum - 510) * 64;
  const cube = roundedProduct(roundedProduct(u, u), u);
  return roundedProduct(u, linearTerm) + roundedProduct(cube, cubicTerm);
}
