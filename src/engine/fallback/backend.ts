import type { TensorInfo } from "../engine.js";

/** The name of tfjs's WebAssembly backend. */
export const backendName = "wasm";

/** The part of tfjs's WebAssembly backend that a kernel needs: memory for a result, and a view of a tensor's values. */
export interface WasmBackend {
  makeOutput(shape: readonly number[], dtype: "float32" | "bool"): TensorInfo;
  /** Float32Array, or for "bool" Uint8Array; valid until memory grows, that is until the next result is made. */
  typedArrayFromHeap(tensor: TensorInfo): Float32Array | Uint8Array;
}
