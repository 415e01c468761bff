import type { ConvNode, FcNode } from "../../network/network.js";
import type { Tensor, Tensorflow } from "../../engine/tensorflow.js";
import { type AdcSettings, type ArrayGeometry } from "./noise-settings.js";
import { joinOutputs, railsOf, type TileLines } from "./layer-cells.js";

/** How a layer's sums are converted. */
export interface Conversion {
  inputBits: number;
  lines: readonly TileLines[];
  adc: AdcSettings;
  macro: ArrayGeometry;
  /** Standard normal numbers for the read noise of one tile and bit plane. Left out: no read noise. */
  normal?: (shape: [number, number], tile: number, plane: number) => Tensor;
}

/**
 * A layer's sums as a macro's converters give them, in products of an input's and a weight's unit: for every tile and every
 * bit plane of the inputs the active rows add on each line, the ADC's gain, offset and read noise act, it rounds half up
 * and clips, and codes are shifted and added. The same integers as kernels/reference.ts where the cells hold whole levels,
 * the ADCs have no error of their own and there is no read noise.
 * @param inputs integers [batch, height, width, channels] or [batch, features]
 * @returns [batch, height, width, outputs], or [batch, outputs]
 */
export function adcSums(engine: Tensorflow, node: ConvNode | FcNode, inputs: Tensor, conversion: Conversion): Tensor {
  const { tf } = engine;
  const outputs = node.op === "conv" ? node.outChannels : node.outFeatures;
  return tf.tidy(() => {
    const { vectors, shape } = inputVectors(engine, node, inputs);
    let sums: Tensor = tf.zeros([vectors.shape[0], outputs]);
    let rest = vectors;
    for (let plane = 0; plane < conversion.inputBits; plane++) {
      const half = tf.floor(tf.mul(rest, 0.5));
      const bits = tf.sub(rest, tf.mul(half, 2));
      rest = half;
      sums = tf.add(sums, tf.mul(planeSums(engine, bits, plane, outputs, conversion), 2 ** plane));
    }
    return tf.reshape(sums, [...shape, outputs]);
  });
}

/** One bit plane, [vectors, rows] of 0 and 1, through all tiles: [vectors, outputs]. */
function planeSums(engine: Tensorflow, bits: Tensor, plane: number, outputs: number, conversion: Conversion): Tensor {
  const { tf } = engine;
  const { lines, adc, macro } = conversion;
  const { low, high } = railsOf(adc.bits, macro);
  const vectors = bits.shape[0];
  const blocks = lines.map((each) => {
    const { tile } = each;
    const active = tf.slice(bits, [0, tile.rowBegin], [vectors, tile.rowEnd - tile.rowBegin]);
    const line = lineSteps(engine, active, each, plane, conversion);
    const codes = tf.clipByValue(tf.floor(tf.add(line, 0.5)), low, high);
    const { perOutput, factors } = joinOutputs(tile, macro);
    const count = tile.outputEnd - tile.outputBegin;
    const joined = tf.sum(
      tf.mul(
        tf.reshape(codes, [vectors, count, perOutput]),
        tf.tensor1d(factors.map((factor) => factor * adc.stepLevels)),
      ),
      2,
    );
    return tf.pad(joined, [
      [0, 0],
      [tile.outputBegin, outputs - tile.outputEnd],
    ]);
  });
  return tf.addN(blocks);
}

/** What the ADCs of a tile see, in ADC steps: [vectors, ADC outputs]. */
function lineSteps(
  { tf }: Tensorflow,
  active: Tensor,
  { tile, levels, adcOutputs, errors }: TileLines,
  plane: number,
  { adc: { stepLevels }, normal }: Conversion,
): Tensor {
  const [vectors, rows] = active.shape;
  const line = tf.div(tf.matMul(active, tf.tensor2d(levels, [rows, adcOutputs])), stepLevels);
  if (!errors) return line;
  const gains = tf.tensor1d(Float32Array.from(errors.gains, (error) => 1 + error));
  const converted = tf.add(tf.mul(line, gains), tf.tensor1d(Float32Array.from(errors.offsets)));
  const { always, perRow } = errors;
  if (!normal || (always === 0 && !perRow)) return converted;
  const added = perRow && tf.matMul(active, tf.tensor2d(Float32Array.from(perRow), [rows, adcOutputs]));
  const sigma = tf.div(tf.sqrt(added ? tf.add(added, always) : tf.scalar(always)), stepLevels);
  return tf.add(converted, tf.mul(normal([vectors, adcOutputs], tile.tile, plane), sigma));
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
