import { randomStream, normalPair } from "../../base/random-stream.js";
import type { Tensor, Tensorflow } from "../../engine/tensorflow.js";

/** Standard normal numbers in a shape, by the key alone. */
export function normalTensor({ tf }: Tensorflow, shape: readonly number[], key: readonly (string | number)[]): Tensor {
  const next = randomStream(...key);
  const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
  for (let index = 0; index < values.length; index += 2) {
    const [first, second] = normalPair(next);
    values[index] = first;
    if (index + 1 < values.length) values[index + 1] = second;
  }
  return tf.tensor(values, [...shape]);
}
