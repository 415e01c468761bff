import type { Significance } from "./significance.js";

/**
 * Kendall's τ-b of two lists of the same things: 1 where they rank alike, −1 where one is the other reversed, 0 where neither
 * tells anything of the other; NaN where one of them has no order at all. (Kendall, Biometrika 33, 1945.)
 */
export function kendallTau(a: readonly number[], b: readonly number[]): number {
  let [concordant, tiedA, tiedB, pairs] = [0, 0, 0, 0];
  for (let first = 0; first < a.length; first++) {
    for (let second = first + 1; second < a.length; second++) {
      const [signA, signB] = [Math.sign(a[first] - a[second]), Math.sign(b[first] - b[second])];
      pairs++;
      concordant += signA * signB;
      if (signA === 0) tiedA++;
      if (signB === 0) tiedB++;
    }
  }
  return concordant / Math.sqrt((pairs - tiedA) * (pairs - tiedB));
}

/** Mean over the layers of τ between two significances' rows; layers without an order are left out. */
export function meanTau(a: Significance, b: Significance): number {
  const taus = a.map((row, layer) => kendallTau(row, b[layer])).filter((tau) => !Number.isNaN(tau));
  return taus.reduce((sum, tau) => sum + tau, 0) / taus.length;
}
