/**
 * Randomness keyed by what it belongs to, never drawn from a global stream: equal keys give equal values on any
 * machine, in any order, on any number of threads.
 */

/** Mixes 32 bits so that every input bit moves every output bit ("lowbias32", C. Wellons' hash-prospector). */
export function mix32(value: number): number {
  let x = value | 0;
  x ^= x >>> 16;
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  x ^= x >>> 16;
  return x >>> 0;
}

/** A 64-bit key in two 32-bit halves, made from integers and strings in order; different sequences give different keys. */
export function randomKey(...parts: (number | string)[]): [number, number] {
  let low = 0x243f6a88;
  let high = 0x85a308d3;
  const absorb = (word: number) => {
    low = mix32(low ^ word);
    high = mix32((high + low) ^ Math.imul(word, 0x9e3779b9));
  };
  for (const part of parts) {
    if (typeof part === "number") {
      // Numbers are absorbed whole: low and high word, so that 2^32 and 0 differ.
      absorb(part >>> 0);
      absorb(Math.floor(part / 0x100000000) >>> 0);
    } else {
      for (let index = 0; index < part.length; index++) absorb(part.charCodeAt(index));
      absorb(0x80000000 | part.length);
    }
  }
  return [low, high];
}

/** Uniform in [0, 1) with 32 bits, from a key. */
export function keyedUniform(...parts: (number | string)[]): number {
  const [low, high] = randomKey(...parts);
  return mix32(low ^ mix32(high)) / 0x100000000;
}

/** Standard normal, from a key (Box and Muller 1958; 32 bits a uniform, so |z| ≤ 6.7). */
export function keyedNormal(...parts: (number | string)[]): number {
  const [low, high] = randomKey(...parts);
  const u = (mix32(low) + 0.5) / 0x100000000;
  const v = mix32(high) / 0x100000000;
  return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
}
