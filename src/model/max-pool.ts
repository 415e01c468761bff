import type { Tensor, Tensorflow } from "../engine/tensorflow.js";
import { type Window, windowPlaces } from "../network/shape.js";
import { shapeOf, takePixels } from "./shortcut-layer.js";

/**
 * Max pooling of maps [batch, height, width, channels] that are not negative, differentiable: the largest of the window's
 * pixels, each taken from the whole map at once. In plain functions, since libtensorflow's own operation knows no padding
 * on the near side, and the fallback engine has no gradient of it. Of equals the earlier pixel gets the gradient.
 */
export function maxPool(engine: Tensorflow, window: Window, map: Tensor): Tensor {
  const { tf } = engine;
  const { kernel, stride, padding } = window;
  const { height, width, channels } = shapeOf(map);
  const [batch] = map.shape;
  const to = { height: windowPlaces(window, height), width: windowPlaces(window, width), channels };
  const sides: [number, number] = [padding, padding];
  const padded = padding === 0 ? map : tf.pad(map, [[0, 0], sides, sides, [0, 0]]);
  const [rows, columns] = [(to.height - 1) * stride + 1, (to.width - 1) * stride + 1];
  const seen = (place: number) => {
    const corner = [0, Math.floor(place / kernel), place % kernel, 0];
    const pixels = tf.slice(padded, corner, [batch, rows, columns, channels]);
    return stride === 1 ? pixels : takePixels(engine, pixels, to, { stride, zerosBefore: 0 });
  };
  let largest = seen(0);
  for (let place = 1; place < kernel ** 2; place++) largest = tf.maximum(largest, seen(place));
  return largest;
}
