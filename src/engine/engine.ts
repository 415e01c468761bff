import type * as TensorflowCore from "@tensorflow/tfjs-core";

/** What a kernel or a gradient of one's own is made of; for the fallback-*.ts files. */
export type { GradConfig, KernelFunc, NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";

export type Tensor = TensorflowCore.Tensor;

/** The functions of tfjs, whatever computes them. */
export type TensorflowFunctions = typeof TensorflowCore;

/** What computes: libtensorflow through tfjs-node, or WebAssembly, which needs nothing but this package's own dependencies. */
export const engineKinds = ["tfjs-node", "wasm"] as const;
export type EngineKind = (typeof engineKinds)[number];

/** An attribute of a TensorFlow operation, by the kind its definition wants. */
export type OpAttribute =
  | { int: number | number[] }
  | { float: number }
  | { bool: boolean }
  | { string: string }
  | { type: "float32" | "int32" };

/** TensorFlow as the training code uses it: the library's functions, and TensorFlow operations by their names. */
export interface Tensorflow {
  kind: EngineKind;
  tf: TensorflowFunctions;
  /**
   * Runs a TensorFlow operation (not only those tfjs knows) and gives its first `outputs` results.
   * Outside the automatic gradient: use it inside `tf.customGrad`. "tfjs-node" has all of TensorFlow's operations, "wasm"
   * those of fallback-operations.ts.
   * @throws NAS_TRAIN_TENSORFLOW where the engine lacks the operation.
   */
  run(op: string, attributes: Record<string, OpAttribute>, inputs: readonly Tensor[], outputs?: number): Tensor[];
  /** name -> version of what computes, for a network's provenance. */
  versions: Record<string, string>;
  /** The folder of the package that was loaded. */
  folder: string;
  /** What it costs to train on this engine, and why another was not taken; absent where it costs nothing. */
  caveat?: string;
}
