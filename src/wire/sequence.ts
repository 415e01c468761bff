/** Arithmetic modulo 2^16 and 2^32: what wraps around must be compared by distance, never by size. */

/** From `from` forward to `to`, as −32768 … 32767. */
export function distance16(from: number, to: number): number {
  return ((to - from) << 16) >> 16;
}

/** From `from` forward to `to`, as −2^31 … 2^31 − 1. */
export function distance32(from: number, to: number): number {
  return (to - from) | 0;
}

export function add16(value: number, count: number): number {
  return (value + count) & 0xffff;
}

export function add32(value: number, count: number): number {
  return (value + count) >>> 0;
}
