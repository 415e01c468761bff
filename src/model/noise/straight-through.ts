import type { Tensor, Tensorflow } from "../../engine/tensorflow.js";

/** `replace(tensor)` in its place, of the same shape; the gradient passes to `tensor` unchanged. */
export function straightThrough({ tf }: Tensorflow, tensor: Tensor, replace: (tensor: Tensor) => Tensor): Tensor {
  const operation = tf.customGrad((...inputs) => ({
    value: replace(inputs[0] as Tensor),
    gradFunc: (upstream: Tensor) => upstream,
  }));
  return operation(tensor);
}
