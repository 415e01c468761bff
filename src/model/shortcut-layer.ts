import type { Tensor, Tensorflow } from "../engine/tensorflow.js";
import type { ShortcutNode } from "../network/network.js";
import type { Shape } from "../network/shape.js";
import { isSameShape, type Shortcut, shortcutTo, sumShape } from "../network/shortcut.js";

/** Two maps [batch, height, width, channels] as their sum takes them, each in the sum's shape; differentiable. */
export function fitForSum(engine: Tensorflow, first: Tensor, second: Tensor): [Tensor, Tensor] {
  const { shape } = sumShape([shapeOf(first), shapeOf(second)]);
  return [shortcut(engine, first, shape), shortcut(engine, second, shape)];
}

/** A map [batch, height, width, channels] brought to another shape without parameters, as shortcut.ts tells; differentiable. */
export function shortcut(engine: Tensorflow, map: Tensor, to: Shape): Tensor {
  const from = shapeOf(map);
  return isSameShape(from, to) ? map : takePixels(engine, map, to, shortcutTo(to, from));
}

/** What a shortcut node makes of a map [batch, height, width, channels]. */
export function afterShortcut(engine: Tensorflow, { stride, outChannels }: ShortcutNode, map: Tensor): Tensor {
  const { height, width } = shapeOf(map);
  const to = { height: Math.ceil(height / stride), width: Math.ceil(width / stride), channels: outChannels };
  return shortcut(engine, map, to);
}

/** Of a map [batch, height, width, channels]. */
export function shapeOf({ shape }: Tensor): Shape {
  return { height: shape[1]!, width: shape[2]!, channels: shape[3]! };
}

/**
 * Every stride-th pixel from the first on, with channels of zeros to both sides. A gradient of its own, because tfjs has none
 * for a slice with strides.
 */
export function takePixels(engine: Tensorflow, map: Tensor, to: Shape, { stride, zerosBefore }: Shortcut): Tensor {
  const { tf } = engine;
  const from = shapeOf(map);
  const zerosAfter = to.channels - from.channels - zerosBefore;
  const batch = map.shape[0];
  const layer = tf.customGrad((...inputs) => {
    const [whole] = inputs as [Tensor];
    const ends = [batch, from.height, from.width, from.channels];
    const taken = tf.stridedSlice(whole, [0, 0, 0, 0], ends, [1, stride, stride, 1]);
    return {
      value: padLast(engine, taken, zerosBefore, zerosAfter),
      gradFunc: (upstream: Tensor) => {
        const own = tf.slice(upstream, [0, 0, 0, zerosBefore], [batch, to.height, to.width, from.channels]);
        return spread(engine, own, from, stride);
      },
    };
  });
  return layer(map);
}

function padLast({ tf }: Tensorflow, map: Tensor, before: number, after: number): Tensor {
  if (before + after === 0) return map;
  return tf.pad(map, [
    [0, 0],
    [0, 0],
    [0, 0],
    [before, after],
  ]);
}

/** Every pixel of a map at the place it was taken from, zeros between: the transpose of taking every stride-th. */
function spread({ tf }: Tensorflow, map: Tensor, to: Shape, stride: number): Tensor {
  const [batch, height, width, channels] = map.shape;
  const zeros: [number, number] = [0, stride - 1];
  const columns = tf.pad(tf.reshape(map, [batch * height * width, 1, channels]), [[0, 0], zeros, [0, 0]]);
  const rows = tf.pad(tf.reshape(columns, [batch * height, 1, width * stride * channels]), [[0, 0], zeros, [0, 0]]);
  const wide = tf.reshape(rows, [batch, height * stride, width * stride, channels]);
  return tf.slice(wide, [0, 0, 0, 0], [batch, to.height, to.width, channels]);
}
