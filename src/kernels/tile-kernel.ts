/**
 * What a kernel knows of one programmed tile: everything is an integer, so that any two kernels give identical codes.
 *
 * A contribution is what one active logical row adds to one output, in ADC steps × 2^fractionBits: level difference of
 * the differential pair, variation included, divided by the ADC step. The sum of the magnitudes of a
 * column must stay ≤ 32,767, so that no order of additions can overflow 16 bits (checked by `assertKernelTile`).
 */
export interface KernelTile {
  rows: number;
  outputs: number;
  fractionBits: number;
  /** [rows × outputs] */
  contributions: Int16Array;
  /** [outputs] relative gain error of the ADC × 2^15: the sum of the contributions grows by sum × gain / 2^15. */
  gains: Int16Array;
  /** [outputs] ADC offset, in the unit of the contributions. */
  offsets: Int16Array;
  /** [outputs] read noise at the ADC's input: standard deviation × 8, in the unit of the contributions; ≥ 0; all 0 = none. */
  noise: Int16Array;
  /** Read noise that hangs on the active rows; where it is given, it stands for `noise`. */
  cellNoise?: CellNoise;
  /** 64-bit key of this tile's noise in two unsigned halves. */
  noiseKey: [number, number];
  /** The ADC's rails. */
  lowCode: number;
  highCode: number;
}

/** Noise of standard deviation × 8 = sigmaPerRoot × √(always + Σ variances of the active rows), in the unit of the contributions. */
export interface CellNoise {
  /** 0 … 32,767 */
  always: number;
  /** [rows × outputs], each ≥ 0; a column's and `always` add to 32,767 at most. */
  variances: Int16Array;
  /** A 32-bit float. */
  sigmaPerRoot: number;
}

/** A batch for a kernel; the meaning of the fields is that of InputBlock and SimulationKeys in macro/macro.ts. */
export interface KernelCall {
  vectors: number;
  bits: number;
  /** [vectors × rows] */
  data: Uint8Array;
  firstVector: number;
  /** Left out: 0, the first reading. */
  repeat?: number;
  want: "codes" | "sums";
}

export interface KernelResult {
  /** "codes": [vectors × bits × outputs]; "sums": [vectors × outputs]. */
  values: Int32Array;
  saturated: number;
}
