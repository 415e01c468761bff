import type { Tensor, TensorflowFunctions } from "../engine.js";

/** A convolution over maps [batch, height, width, channels]: "SAME" only at stride 1 with odd kernels, "VALID" at any stride. */
export interface ConvolutionShape {
  stride: number;
  padding: "SAME" | "VALID";
}

type Tensor4D = ReturnType<TensorflowFunctions["tensor4d"]>;

/** The convolution of images [batch, height, width, in] with a weight [kernel, kernel, in, out]. */
export function convolution(tf: TensorflowFunctions, images: Tensor, weight: Tensor, shape: ConvolutionShape): Tensor {
  const mode = shape.padding === "SAME" ? "same" : "valid";
  return tf.conv2d(images as Tensor4D, weight as Tensor4D, shape.stride, mode);
}

/**
 * The gradient of `convolution` in its images, of `imagesShape`, as a forward convolution: only that one is vectorized.
 * At stride s, images s apart see the same s-th part of the weight; so one stride-1 convolution of the upstream gradient
 * with the s² parts side by side gives s² maps, which are then interleaved.
 */
export function imagesGradient(
  tf: TensorflowFunctions,
  imagesShape: readonly number[],
  weight: Tensor,
  upstream: Tensor,
  { stride, padding }: ConvolutionShape,
): Tensor {
  const [kernelSide, , into, out] = weight.shape;
  const [batch, height, width] = imagesShape;
  // The side of one part, and of the weight filled up with zeros to whole parts.
  const part = Math.ceil(kernelSide / stride);
  const fill = part * stride - kernelSide;
  const filled =
    fill === 0
      ? weight
      : tf.pad(weight, [
          [0, fill],
          [0, fill],
          [0, 0],
          [0, 0],
        ]);
  const parts = tf.reshape(filled, [part, stride, part, stride, into, out]);
  const turned = tf.transpose(tf.reverse(parts, [0, 2]), [0, 2, 5, 1, 3, 4]);
  const kernel = tf.reshape(turned, [part, part, out, stride * stride * into]);

  const before = part - 1 - (padding === "SAME" ? (kernelSide - 1) / 2 : 0);
  const maps = tf.conv2d(upstream as Tensor4D, kernel as Tensor4D, 1, allRound(before));
  const [, rows, columns] = maps.shape;
  const interleaved =
    stride === 1 ? maps : tf.transpose(tf.reshape(maps, [batch * rows, columns, stride, stride * into]), [0, 2, 1, 3]);
  const gradient = tf.reshape(interleaved, [batch, rows * stride, columns * stride, into]);
  return fitted(tf, gradient, height, width);
}

/** `maps` cut, or filled up with zeros, to height × width: where a stride does not divide, outer pixels see no kernel. */
function fitted(tf: TensorflowFunctions, maps: Tensor, height: number, width: number): Tensor {
  const [batch, rows, columns, channels] = maps.shape;
  const cut =
    rows > height || columns > width
      ? tf.slice(maps, [0, 0, 0, 0], [batch, Math.min(rows, height), Math.min(columns, width), channels])
      : maps;
  const missing = [height - cut.shape[1]!, width - cut.shape[2]!];
  return missing.some((count) => count > 0)
    ? tf.pad(cut, [
        [0, 0],
        [0, missing[0]],
        [0, missing[1]],
        [0, 0],
      ])
    : cut;
}

/**
 * The gradient of `convolution` in its weight, of `weightShape`, as a forward convolution: with batch and channels
 * exchanged the images are convolved with the upstream gradient as kernel, whose taps lie a stride apart.
 */
export function weightGradient(
  tf: TensorflowFunctions,
  images: Tensor,
  weightShape: readonly number[],
  upstream: Tensor,
  { stride, padding }: ConvolutionShape,
): Tensor {
  const [kernelSide, , into, out] = weightShape;
  const maps = tf.transpose(images, [3, 1, 2, 0]) as Tensor4D;
  const kernel = tf.transpose(upstream, [1, 2, 0, 3]) as Tensor4D;
  const before = padding === "SAME" ? (kernelSide - 1) / 2 : 0;
  const sums = tf.conv2d(maps, kernel, 1, allRound(before), "NHWC", stride);
  // Where the stride does not divide, there are sums for taps that the weight has not.
  const whole = tf.slice(sums, [0, 0, 0, 0], [into, kernelSide, kernelSide, out]);
  return tf.transpose(whole, [1, 2, 0, 3]);
}

type Padding = Parameters<TensorflowFunctions["conv2d"]>[3];

/** As a list, because tfjs takes a single number right for square kernels only. */
function allRound(zeros: number): Padding {
  return [
    [0, 0],
    [zeros, zeros],
    [zeros, zeros],
    [0, 0],
  ];
}
