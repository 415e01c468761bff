import { NasError } from "../../base/errors.js";
import type { OpAttribute, Tensor, TensorflowFunctions } from "../engine.js";
import { convolution, type ConvolutionShape, imagesGradient, weightGradient } from "./convolution.js";
import { runFallbackKernel } from "./kernels.js";

type Attributes = Record<string, OpAttribute>;
type Operation = (tf: TensorflowFunctions, attributes: Attributes, inputs: readonly Tensor[]) => Tensor[];

/** The TensorFlow operations that training runs by name, as the WebAssembly engine computes them; NHWC, float32. */
const operations: Readonly<Record<string, Operation>> = {
  Conv2D: (tf, attributes, [images, weight]) => [convolution(tf, images, weight, convolutionShape(attributes, weight))],
  Conv2DBackpropInput: (tf, attributes, [shape, weight, upstream]) => [
    imagesGradient(tf, Array.from(shape.dataSync()), weight, upstream, convolutionShape(attributes, weight)),
  ],
  Conv2DBackpropFilter: (tf, attributes, [images, shape, upstream]) => {
    const weightShape = Array.from(shape.dataSync());
    return [weightGradient(tf, images, weightShape, upstream, convolutionShape(attributes, { shape: weightShape }))];
  },
  // What TensorFlow reserves for the gradient is for its own eyes; here it is mean and inverse deviation.
  FusedBatchNormV3: (tf, attributes, [values, gamma, beta]) => {
    expect(attributes, "is_training", true);
    const inputs = [values, gamma, beta];
    const epsilon = numberOf(attributes, "epsilon");
    const [output, mean, variance, inverse] = runFallbackKernel(tf, "NasNormalizeBatch", inputs, { epsilon });
    return [output, mean, variance, tf.clone(mean), inverse, tf.tensor1d([])];
  },
  FusedBatchNormGradV3: (tf, attributes, [upstream, values, gamma, mean, inverse]) => {
    expect(attributes, "is_training", true);
    const inputs = [upstream, values, gamma, mean, inverse];
    return [...runFallbackKernel(tf, "NasNormalizeBatchGradient", inputs), tf.tensor1d([]), tf.tensor1d([])];
  },
  ReluGrad: (tf, _attributes, [upstream, features]) =>
    runFallbackKernel(tf, "NasRectifierGradient", [upstream, features]),
};

/**
 * Runs a TensorFlow operation on tfjs's WebAssembly backend and gives its first `outputs` results.
 * @throws NAS_TRAIN_TENSORFLOW for an operation, or a setting of one, that only TensorFlow itself has.
 */
export function runFallbackOperation(
  tf: TensorflowFunctions,
  op: string,
  attributes: Attributes,
  inputs: readonly Tensor[],
  outputs: number,
): Tensor[] {
  if (!Object.hasOwn(operations, op)) throw unsupported(`the operation ${op}`, { op, known: Object.keys(operations) });
  return tf.tidy(() => operations[op](tf, attributes, inputs).slice(0, outputs));
}

function convolutionShape(attributes: Attributes, weight: { shape: readonly number[] }): ConvolutionShape {
  const [side, otherSide] = weight.shape;
  const [, stride, otherStride] = valueOf(attributes, "strides") as number[];
  const padding = valueOf(attributes, "padding");
  const isSame = padding === "SAME" && stride === 1 && side % 2 === 1;
  const format = valueOf(attributes, "data_format") ?? "NHWC";
  const dilations = (valueOf(attributes, "dilations") ?? [1]) as number[];
  const plain =
    side === otherSide && stride === otherStride && format === "NHWC" && dilations.every((one) => one === 1);
  if (!plain || !(isSame || padding === "VALID")) {
    throw unsupported(`a convolution of kernel ${side}×${otherSide} with these attributes`, { attributes });
  }
  return { stride, padding: isSame ? "SAME" : "VALID" };
}

function valueOf(attributes: Attributes, name: string): unknown {
  return Object.hasOwn(attributes, name) ? Object.values(attributes[name])[0] : undefined;
}

function numberOf(attributes: Attributes, name: string): number {
  const value = valueOf(attributes, name);
  return typeof value === "number" ? value : expect(attributes, name, "a number");
}

function expect(attributes: Attributes, name: string, expected: unknown): never | 0 {
  if (valueOf(attributes, name) === expected) return 0;
  throw unsupported(`${name} other than ${String(expected)}`, { attributes });
}

function unsupported(what: string, context: Record<string, unknown>): NasError {
  return new NasError("NAS_TRAIN_TENSORFLOW", `the WebAssembly engine does not have ${what}`, {
    hint: "run `nas4cim doctor --fix tensorflow` and train with tfjs-node",
    context,
  });
}
