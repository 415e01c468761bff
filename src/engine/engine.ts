import type { EngineKind } from "./engine-kinds.js";
import type * as TensorflowCore from "@tensorflow/tfjs-core";

/** What a kernel or a gradient of one's own is made of; for the fallback-*.ts files. */
export type { GradConfig, KernelFunc, NamedAttrMap, TensorInfo } from "@tensorflow/tfjs-core";

export type Tensor = TensorflowCore.Tensor;

/** The functions of tfjs, whatever computes them. */
export type TensorflowFunctions = typeof TensorflowCore;

export { type EngineKind, engineKinds } from "./engine-kinds.js";

/** An attribute of a TensorFlow operation, by the kind its definition wants. */
export type OpAttribute =
  | { int: number | number[] }
  | { float: number }
  | { bool: boolean }
  | { string: string }
  | { type: "float32" | "int32" };

/** Tensors by name; a name may hold nothing. */
export type NamedTensors = Readonly<Record<string, Tensor | undefined>>;

/** Operations as one graph, for inputs of the shapes that it was recorded with. */
export interface RecordedGraph<Inputs extends NamedTensors, Outputs extends NamedTensors> {
  /** Gives new tensors, which belong to the caller (or to its `tf.tidy`). */
  run(inputs: Inputs): Outputs;
  /** Frees the graph. */
  dispose(): void;
}

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
  /**
   * Runs `work` once, for nothing but to learn which operations it takes, and gives them as one graph: faster than one
   * operation after the other. All that changes from run to run must be among the inputs. Absent where the engine has no
   * graphs. TensorFlow computes ahead what hangs on constants alone, and so rounds elsewhere: a factor behind a convolution
   * goes into its weights. With `exact` it does not, and the graph gives the operations' own numbers to the last bit.
   * @throws NAS_TRAIN_TENSORFLOW where `work` reads numbers or uses other tensors than its inputs and its own.
   */
  record?: <Inputs extends NamedTensors, Outputs extends NamedTensors>(
    inputs: Inputs,
    work: (inputs: Inputs) => Outputs,
    options?: { exact?: boolean },
  ) => RecordedGraph<Inputs, Outputs>;
  /** name -> version of what computes, for a network's provenance. */
  versions: Record<string, string>;
  /** The folder of the package that was loaded. */
  folder: string;
  /** What it costs to train on this engine, and why another was not taken; absent where it costs nothing. */
  caveat?: string;
}
