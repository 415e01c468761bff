import type { KernelFunc, TensorInfo, TensorflowFunctions } from "../engine.js";
import { backendName, type WasmBackend } from "./backend.js";
import { allFinite, bothTrue, clipKeepingNaN, greaterThan, lessThan } from "./loops.js";

/** tfjs's own kernel, called as this one is. */
type Original = () => TensorInfo;

/** A kernel in the place of one of tfjs's, which it may call. */
type Replacement = (call: Parameters<KernelFunc>[0], wasm: WasmBackend, original: Original) => TensorInfo;

/**
 * Kernels of tfjs's WebAssembly backend that are slow or swallow NaN, by tfjs's names: comparisons are not vectorized there
 * and take five times as long; clipping turns NaN into a number on some processors, and a training that has diverged
 * would go on unnoticed.
 */
const replacements: Readonly<Record<string, Replacement>> = {
  Greater: comparison(greaterThan),
  Less: comparison(lessThan),
  LogicalAnd: ({ inputs }, wasm, original) => {
    const [a, b] = [inputs.a!, inputs.b!];
    if (String(a.shape) !== String(b.shape)) return original();
    const result = wasm.makeOutput(a.shape, "bool");
    bothTrue(flags(wasm, a), flags(wasm, b), flags(wasm, result));
    return result;
  },
  Relu: ({ inputs }, wasm, original) => clipping(inputs.x!, wasm, original(), 0, Infinity),
  ClipByValue: ({ inputs, attrs }, wasm, original) => {
    const { clipValueMin, clipValueMax } = attrs as { clipValueMin: number; clipValueMax: number };
    return clipping(inputs.x!, wasm, original(), clipValueMin, clipValueMax);
  },
};

/** Puts the kernels of this file before tfjs's own, which go on to serve the shapes that these do not; once a process. */
export function replaceKernels(tf: TensorflowFunctions): void {
  for (const [kernelName, replacement] of Object.entries(replacements)) {
    const { kernelFunc: original } = tf.getKernel(kernelName, backendName);
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: (call) => replacement(call, call.backend as WasmBackend, () => original(call) as TensorInfo),
    });
  }
}

/** Of float values with one number. */
function comparison(compare: (values: Float32Array, bound: number, output: Uint8Array) => void): Replacement {
  return ({ inputs }, wasm, original) => {
    const [a, b] = [inputs.a!, inputs.b!];
    const isOne = b.shape.every((side) => side === 1) && b.shape.length <= a.shape.length;
    if (!isOne || a.dtype !== "float32" || b.dtype !== "float32") return original();
    const result = wasm.makeOutput(a.shape, "bool");
    compare(floats(wasm, a), floats(wasm, b)[0], flags(wasm, result));
    return result;
  };
}

function clipping(x: TensorInfo, wasm: WasmBackend, clipped: TensorInfo, lowest: number, highest: number): TensorInfo {
  const values = floats(wasm, x);
  if (x.dtype === "float32" && !allFinite(values)) clipKeepingNaN(values, lowest, highest, floats(wasm, clipped));
  return clipped;
}

function floats(wasm: WasmBackend, tensor: TensorInfo): Float32Array {
  return wasm.typedArrayFromHeap(tensor) as Float32Array;
}

function flags(wasm: WasmBackend, tensor: TensorInfo): Uint8Array {
  return wasm.typedArrayFromHeap(tensor) as Uint8Array;
}
