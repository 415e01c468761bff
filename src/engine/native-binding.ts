import type { Tensor } from "./engine.js";

/** The part of tfjs-node's native binding that is used here; the package has no types for it. */
export interface NativeBinding {
  TF_Version: string;
  TF_FLOAT: number;
  TF_INT32: number;
  TF_ATTR_INT: number;
  TF_ATTR_FLOAT: number;
  TF_ATTR_BOOL: number;
  TF_ATTR_STRING: number;
  TF_ATTR_TYPE: number;
  TF_ATTR_SHAPE: number;
  /** Gives the number of a tensor that shares `values`. */
  createTensor(shape: number[], type: number, values: NativeValues): number;
  deleteTensor(tensor: number): void;
  executeOp(op: string, attributes: NativeAttribute[], inputs: number[], outputs: number): NativeTensor[];
  tensorDataSync(tensor: number): NativeValues;
  /** Loads a graph and gives its number. */
  loadSavedModel(folder: string, tags: string): number;
  /** Runs a graph; names are "node:output", many of them joined by commas. */
  runSavedModel(graph: number, inputs: number[], inputNames: string, outputNames: string): NativeTensor[];
  deleteSavedModel(graph: number): void;
}

export type NativeValues = Float32Array | Int32Array | Uint8Array;

/** An attribute of an operation; `type` is one of the binding's TF_ATTR_ numbers. */
export interface NativeAttribute {
  name: string;
  type: number;
  value: unknown;
}

/** A tensor of libtensorflow's. */
export interface NativeTensor {
  id: number;
  dtype: number;
  shape: number[];
}

/** The part of tfjs-node's backend that is used here. */
export interface NativeBackend {
  binding: NativeBinding;
  executeMultipleOutputs(op: string, attributes: object[], inputs: readonly Tensor[], outputs: number): Tensor[];
  /** The numbers of tensors; makes those that libtensorflow does not know yet. */
  getInputTensorIds(tensors: readonly Tensor[]): number[];
  createOutputTensor(native: NativeTensor): Tensor;
}
