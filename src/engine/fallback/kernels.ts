import type { KernelFunc, Tensor, TensorInfo, TensorflowFunctions } from "../engine.js";
import { backendName, type WasmBackend } from "./backend.js";
import { logSoftmaxRows, normalizeBatch, normalizeBatchGradient, rectifierGradient } from "./loops.js";

/** A loop over the values of inputs and outputs, in order. */
type Loop = (inputs: Float32Array[], outputs: Float32Array[], attributes: Record<string, number>) => void;

interface LoopKernel {
  inputs: readonly string[];
  /** The results' shapes, by the inputs'. */
  shapes: (inputs: readonly number[][]) => number[][];
  loop: Loop;
}

const asFirst = ([first]: readonly number[][]) => [first];

/** By the name under which tfjs finds them. "LogSoftmax" is tfjs's own name: its gradient comes with it. */
const kernels = {
  LogSoftmax: {
    inputs: ["logits"],
    shapes: asFirst,
    loop: ([logits], [output], { classes }) => logSoftmaxRows(logits, classes, output),
  },
  NasRectifierGradient: {
    inputs: ["upstream", "features"],
    shapes: asFirst,
    loop: ([upstream, features], [gradient]) => rectifierGradient(upstream, features, gradient),
  },
  NasNormalizeBatch: {
    inputs: ["values", "gamma", "beta"],
    shapes: ([values, channel]) => [values, channel, channel, channel],
    loop: ([values, gamma, beta], [output, mean, variance, inverseDeviation], { epsilon }) =>
      normalizeBatch(values, { gamma, beta, epsilon }, output, { mean, variance, inverseDeviation }),
  },
  NasNormalizeBatchGradient: {
    inputs: ["upstream", "values", "gamma", "mean", "inverseDeviation"],
    shapes: ([values, , channel]) => [values, channel, channel],
    loop: ([upstream, values, gamma, mean, inverseDeviation], [inValues, inGamma, inBeta]) =>
      normalizeBatchGradient(
        upstream,
        values,
        gamma,
        { mean, inverseDeviation },
        { values: inValues, gamma: inGamma, beta: inBeta },
      ),
  },
} as const satisfies Record<string, LoopKernel>;

/** Gives tfjs's WebAssembly backend the kernels of this file; once a process. */
export function registerFallbackKernels(tf: TensorflowFunctions): void {
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    tf.registerKernel({ kernelName, backendName, kernelFunc: kernelFunction(kernel) });
  }
}

/** Runs one of them on tensors; the results belong to the caller's tidy. */
export function runFallbackKernel(
  tf: TensorflowFunctions,
  name: Exclude<keyof typeof kernels, "LogSoftmax">,
  inputs: readonly Tensor[],
  attributes: Record<string, number> = {},
): Tensor[] {
  const named = Object.fromEntries(kernels[name].inputs.map((input, place) => [input, inputs[place]]));
  const results = tf.engine().runKernel<Tensor | Tensor[]>(name, named, attributes);
  return Array.isArray(results) ? results : [results];
}

function kernelFunction({ inputs: names, shapes, loop }: LoopKernel): KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const wasm = backend as WasmBackend;
    const tensors = names.map((name) => inputs[name]!);
    const results = shapes(tensors.map(({ shape }) => shape)).map((shape) => wasm.makeOutput(shape, "float32"));
    // Views only now: making a result can move the memory.
    const view = (tensor: TensorInfo) => wasm.typedArrayFromHeap(tensor) as Float32Array;
    const classes = tensors[0].shape.at(-1) ?? 1;
    loop(tensors.map(view), results.map(view), { classes, ...(attrs as Record<string, number>) });
    return results.length === 1 ? results[0] : results;
  };
}
