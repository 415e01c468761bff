import type { ConvNode, FcNode } from "../../network/network.js";
import type { Tensor, Tensorflow } from "../../engine/tensorflow.js";
import { type AdcSettings, type ArrayGeometry } from "./noise-settings.js";
import { joinOutputs, railsOf, type TileLines } from "./layer-cells.js";

/**
 * A layer's sums as a macro's converters give them, in products of an input's and a weight's unit: for every tile and every
 * bit plane of the inputs the active rows add on each line, the ADC rounds half up and clips, and codes are shifted and
 * added. The same integers as kernels/reference.ts where the cells hold whole levels and there is no read noise.
 * @param inputs integers [batch, height, width, channels] or [batch, features]
 * @returns [batch, height, width, outputs], or [batch, outputs]
 */
export function adcSums(
  engine: Tensorflow,
  node: ConvNode | FcNode,
  inputs: Tensor,
  inputBits: number,
  lines: readonly TileLines[],
  adc: AdcSettings,
  macro: ArrayGeometry,
): Tensor {
  const { tf } = engine;
  const outputs = node.op === "conv" ? node.outChannels : node.outFeatures;
  return tf.tidy(() => {
    const { vectors, shape } = inputVectors(engine, node, inputs);
    let sums: Tensor = tf.zeros([vectors.shape[0], outputs]);
    let rest = vectors;
    for (let plane = 0; plane < inputBits; plane++) {
      const half = tf.floor(tf.mul(rest, 0.5));
      const bits = tf.sub(rest, tf.mul(half, 2));
      rest = half;
      sums = tf.add(sums, tf.mul(planeSums(engine, bits, lines, outputs, adc, macro), 2 ** plane));
    }
    return tf.reshape(sums, [...shape, outputs]);
  });
}

/** One bit plane, [vectors, rows] of 0 and 1, through all tiles: [vectors, outputs]. */
function planeSums(
  { tf }: Tensorflow,
  bits: Tensor,
  lines: readonly TileLines[],
  outputs: number,
  { bits: adcBits, stepLevels }: AdcSettings,
  macro: ArrayGeometry,
): Tensor {
  const { low, high } = railsOf(adcBits, macro);
  const vectors = bits.shape[0];
  const blocks = lines.map(({ tile, levels, adcOutputs }) => {
    const rows = tile.rowEnd - tile.rowBegin;
    const active = tf.slice(bits, [0, tile.rowBegin], [vectors, rows]);
    const line = tf.matMul(active, tf.tensor2d(levels, [rows, adcOutputs]));
    const codes = tf.clipByValue(tf.floor(tf.add(tf.div(line, stepLevels), 0.5)), low, high);
    const { perOutput, factors } = joinOutputs(tile, macro);
    const count = tile.outputEnd - tile.outputBegin;
    const joined = tf.sum(
      tf.mul(tf.reshape(codes, [vectors, count, perOutput]), tf.tensor1d(factors.map((factor) => factor * stepLevels))),
      2,
    );
    return tf.pad(joined, [
      [0, 0],
      [tile.outputBegin, outputs - tile.outputEnd],
    ]);
  });
  return tf.addN(blocks);
}

/** A layer's inputs as vectors in the order of its matrix's rows, [vectors, rows], and the shape of its positions. */
function inputVectors(
  { tf }: Tensorflow,
  node: ConvNode | FcNode,
  inputs: Tensor,
): { vectors: Tensor; shape: number[] } {
  if (node.op === "fc") return { vectors: tf.reshape(inputs, [inputs.shape[0], -1]), shape: [inputs.shape[0]] };
  const { kernel, stride, padding, inChannels } = node;
  // A single channel that is kept single stands for all of them.
  const full = inputs.shape[3] === inChannels ? inputs : tf.tile(inputs, [1, 1, 1, inChannels]);
  const sides: [number, number] = [padding, padding];
  const padded = tf.pad(full, [[0, 0], sides, sides, [0, 0]]);
  const [batch, height, width] = padded.shape;
  const places = (size: number) => Math.floor((size - kernel) / stride) + 1;
  const [high, wide] = [places(height), places(width)];
  const taps: Tensor[] = [];
  for (let y = 0; y < kernel; y++) {
    for (let x = 0; x < kernel; x++) {
      const end = [batch, y + (high - 1) * stride + 1, x + (wide - 1) * stride + 1, inChannels];
      taps.push(tf.stridedSlice(padded, [0, y, x, 0], end, [1, stride, stride, 1]));
    }
  }
  const vectors = tf.reshape(tf.concat(taps, 3), [batch * high * wide, kernel ** 2 * inChannels]);
  return { vectors, shape: [batch, high, wide] };
}
