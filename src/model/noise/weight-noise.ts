import type { NetworkNode } from "../../network/network.js";
import { randomStream, normalPair } from "../../base/random-stream.js";

/**
 * The values with Gaussian noise on every convolution and fully connected weight, of standard deviation `relativeSigma` ×
 * the largest |w| of its layer; biases, batch normalization and steps stay as they are. A layer's noise hangs on
 * (key, layer) alone, and on no other layer.
 *
 * The convention is NeuRRAM's: W. Wan et al., Nature 608 (2022) 504.
 */
export function noisyWeights(
  values: ReadonlyMap<string, Float32Array>,
  nodes: readonly NetworkNode[],
  relativeSigma: number,
  key: readonly (string | number)[],
): Map<string, Float32Array> {
  const noisy = new Map(values);
  for (const { op, id } of nodes) {
    if (op !== "conv" && op !== "fc") continue;
    const name = `${id}.weight`;
    noisy.set(name, withNoise(values.get(name)!, relativeSigma, randomStream(...key, id)));
  }
  return noisy;
}

function withNoise(weights: Float32Array, relativeSigma: number, next: () => number): Float32Array {
  const sigma = relativeSigma * weights.reduce((largest, weight) => Math.max(largest, Math.abs(weight)), 0);
  const noisy = new Float32Array(weights.length);
  for (let first = 0; first < weights.length; first += 2) {
    const [even, odd] = normalPair(next);
    noisy[first] = weights[first] + sigma * even;
    if (first + 1 < weights.length) noisy[first + 1] = weights[first + 1] + sigma * odd;
  }
  return noisy;
}
