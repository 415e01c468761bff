import type { ConvNode } from "../network/network.js";
import type { Window } from "../network/shape.js";
import type { OpAttribute, Tensor, Tensorflow } from "../engine/tensorflow.js";

/** The batch's mean and (unbiased) variance of each channel, for the moving averages; the receiver disposes them. */
export type StatisticsSink = (mean: Tensor, variance: Tensor) => void;

/** What normalizes a convolution's output: a scale and an offset a channel, [outChannels]. */
export interface NormTensors {
  gamma: Tensor;
  beta: Tensor;
}

const float: OpAttribute = { type: "float32" };

/** What a convolution needs to know of its node. */
export type ConvolutionShape = Window & {
  /** Whether images and weight come rotated by 180°, in a network where that makes the padding SAME: see rotated.ts. */
  isRotated?: boolean;
};

/**
 * How TensorFlow is told a node's padding. Never as EXPLICIT: oneDNN has no such kernels, and what runs instead takes up to
 * six times as long. Where SAME pads alike on both sides it serves; elsewhere the images are padded beforehand.
 */
function paddingOf({ kernel, stride, padding, isRotated }: ConvolutionShape): {
  mode: "SAME" | "VALID";
  before: number;
} {
  const isSame = isRotated === true || (stride === 1 && kernel === 2 * padding + 1);
  return isSame ? { mode: "SAME", before: 0 } : { mode: "VALID", before: padding };
}

function convAttributes(shape: ConvolutionShape): Record<string, OpAttribute> {
  const { stride } = shape;
  return {
    T: float,
    strides: { int: [1, stride, stride, 1] },
    padding: { string: paddingOf(shape).mode },
    data_format: { string: "NHWC" },
  };
}

/** The images as the convolution of `convAttributes` wants them. */
function padded({ tf }: Tensorflow, shape: ConvolutionShape, images: Tensor): Tensor {
  const { before } = paddingOf(shape);
  if (before === 0) return images;
  const sides: [number, number] = [before, before];
  return tf.pad(images, [[0, 0], sides, sides, [0, 0]]);
}

/** The node's convolution without a gradient: [batch, height, width, inChannels] -> [batch, out, out, outChannels]. */
export function convolve(engine: Tensorflow, node: ConvolutionShape, images: Tensor, weight: Tensor): Tensor {
  return convolvePadded(engine, node, padded(engine, node, images), weight);
}

function convolvePadded(engine: Tensorflow, node: ConvolutionShape, images: Tensor, weight: Tensor): Tensor {
  return engine.run("Conv2D", convAttributes(node), [images, weight])[0];
}

/** The gradient of `convolve` in its images, of the images' `shape`. */
export function imagesGradient(
  engine: Tensorflow,
  node: ConvolutionShape,
  shape: number[],
  weight: Tensor,
  upstream: Tensor,
): Tensor {
  const { tf } = engine;
  const { before } = paddingOf(node);
  const [batch, height, width, channels] = shape;
  const outer = [batch, height + 2 * before, width + 2 * before, channels];
  const operands = [tf.tensor1d(outer, "int32"), weight, upstream];
  const [inOuter] = engine.run("Conv2DBackpropInput", convAttributes(node), operands);
  return before === 0 ? inOuter : tf.slice(inOuter, [0, before, before, 0], shape);
}

/** The gradient of `convolve` in its weight, from the images as `padded` gave them. */
function weightGradient(
  engine: Tensorflow,
  node: ConvolutionShape,
  images: Tensor,
  shape: number[],
  upstream: Tensor,
): Tensor {
  const operands = [images, engine.tf.tensor1d(shape, "int32"), upstream];
  return engine.run("Conv2DBackpropFilter", convAttributes(node), operands)[0];
}

/**
 * The weight that gives on single-channel images what `weight` gives on the same channel repeated: its sum over the
 * input channels. Where the channels are equal in number, `weight` itself.
 */
export function foldRepeatedChannel({ tf }: Tensorflow, weight: Tensor, images: Tensor): Tensor {
  return images.shape[3] === weight.shape[2] ? weight : tf.sum(weight, 2, true);
}

/**
 * Convolution, then normalization by the batch's own statistics, as one differentiable step over TensorFlow's fused
 * kernels; with `relu` the rectifier too. `imagesNeedGradient` false saves the input gradient of a first layer.
 */
export function convolveAndNormalize(
  engine: Tensorflow,
  node: ConvolutionShape & Pick<ConvNode, "batchNormEpsilon">,
  images: Tensor,
  parameters: { weight: Tensor } & NormTensors,
  options: {
    relu: boolean;
    imagesNeedGradient: boolean;
    statistics: StatisticsSink;
    /** Gives what normalization gets instead of the convolution's sums; the gradient passes as if it did not. */
    replaceSums?: (sums: Tensor, images: Tensor) => Tensor;
  },
): Tensor {
  const { tf } = engine;
  const normAttributes: Record<string, OpAttribute> = {
    T: float,
    U: float,
    epsilon: { float: node.batchNormEpsilon },
    data_format: { string: "NHWC" },
    is_training: { bool: true },
  };
  const none = tf.tensor1d([]);
  const forward = (x: Tensor, w: Tensor, gamma: Tensor, beta: Tensor, save: (saved: Tensor[]) => void) => {
    const outer = padded(engine, node, x);
    const exact = convolvePadded(engine, node, outer, w);
    const convolved = options.replaceSums ? options.replaceSums(exact, x) : exact;
    const [normalized, mean, variance, ...reserves] = engine.run(
      "FusedBatchNormV3",
      normAttributes,
      [convolved, gamma, beta, none, none],
      6,
    );
    options.statistics(tf.keep(tf.clone(mean)), tf.keep(tf.clone(variance)));
    const value = options.relu ? tf.relu(normalized) : normalized;
    save([convolved, outer, w, gamma, ...reserves, ...(options.relu ? [value] : [])]);
    return value;
  };
  const backward = (upstream: Tensor, saved: Tensor[]) => {
    const [convolved, outer, w, gamma, reserve1, reserve2, reserve3, rectified] = saved;
    const atNorm = options.relu ? engine.run("ReluGrad", { T: float }, [upstream, rectified])[0] : upstream;
    const [atConv, inGamma, inBeta] = engine.run(
      "FusedBatchNormGradV3",
      normAttributes,
      [atNorm, convolved, gamma, reserve1, reserve2, reserve3],
      5,
    );
    const inWeight = weightGradient(engine, node, outer, w.shape, atConv);
    if (!options.imagesNeedGradient) return [inWeight, inGamma, inBeta];
    const inImages = imagesGradient(engine, node, images.shape, w, atConv);
    return [inImages, inWeight, inGamma, inBeta];
  };
  type Save = (saved: Tensor[]) => void;
  if (options.imagesNeedGradient) {
    const layer = tf.customGrad((...inputs) => {
      const [x, w, gamma, beta, save] = inputs as [Tensor, Tensor, Tensor, Tensor, Save];
      return { value: forward(x, w, gamma, beta, save), gradFunc: backward };
    });
    return layer(images, parameters.weight, parameters.gamma, parameters.beta);
  }
  const layer = tf.customGrad((...inputs) => {
    const [w, gamma, beta, save] = inputs as [Tensor, Tensor, Tensor, Save];
    return { value: forward(images, w, gamma, beta, save), gradFunc: backward };
  });
  return layer(parameters.weight, parameters.gamma, parameters.beta);
}

/**
 * ReLU(first + second) of two maps of one shape, as one differentiable step: one kernel gives the gradient of both, where
 * tfjs would take six passes over the map for the rectifier's alone.
 */
export function addAndRectify(engine: Tensorflow, first: Tensor, second: Tensor): Tensor {
  const { tf } = engine;
  const layer = tf.customGrad((...inputs) => {
    const [a, b, save] = inputs as [Tensor, Tensor, (saved: Tensor[]) => void];
    const value = tf.relu(tf.add(a, b));
    save([value]);
    return {
      value,
      gradFunc: (upstream: Tensor, [rectified]: Tensor[]) => {
        const [gradient] = engine.run("ReluGrad", { T: float }, [upstream, rectified]);
        return [gradient, tf.clone(gradient)];
      },
    };
  });
  return layer(first, second);
}
