import { createHash } from "node:crypto";

/**
 * Random numbers that depend on their key alone, not on what was drawn before elsewhere: the same (seed, purpose,
 * epoch) gives the same stream after a resume. Each call gives the next number of the stream, uniform in 0 … 2^32 − 1.
 */
export function randomStream(...key: readonly (string | number)[]): () => number {
  const digest = createHash("sha256").update(JSON.stringify(key)).digest();
  let a = digest.readUInt32LE(0);
  let b = digest.readUInt32LE(4);
  let c = digest.readUInt32LE(8);
  let counter = 1;
  // sfc32 (Doty-Humphrey, PractRand): small, fast and without known statistical faults.
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // Its author's advice: let the state mix before the first number.
  for (let round = 0; round < 12; round++) next();
  return next;
}

/** Uniform in 0 … limit − 1 without bias, from a stream of 32-bit numbers; limit 1 … 2^32. */
export function below(limit: number, next: () => number): number {
  const usable = 2 ** 32 - (2 ** 32 % limit);
  let drawn = next();
  while (drawn >= usable) drawn = next();
  return drawn % limit;
}

/** Two independent standard normal numbers (Box and Muller, 1958). */
export function normalPair(next: () => number): [number, number] {
  const radius = Math.sqrt(-2 * Math.log((next() + 1) / 2 ** 32));
  const angle = (2 * Math.PI * next()) / 2 ** 32;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

/** The numbers 0 … count − 1 in random order (Fisher and Yates). */
export function shuffledOrder(count: number, next: () => number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const chosen = below(last + 1, next);
    [order[last], order[chosen]] = [order[chosen], order[last]];
  }
  return order;
}
