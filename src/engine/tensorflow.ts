import { NasError, isNasError, messageOf } from "../base/errors.js";
import { type EngineKind, engineKinds, type Tensorflow } from "./engine.js";
import { loadFallback } from "./fallback/fallback-engine.js";
import { findTfjsNode, loadTfjsNode } from "./tfjs-node.js";

export type { EngineKind, NamedTensors, OpAttribute, RecordedGraph, Tensor, Tensorflow } from "./engine.js";
export { asGraph } from "./graph/as-graph.js";

/** What `nas4cim doctor` tells about TensorFlow for Node, the fast engine. */
export interface TensorflowStatus {
  /** Whether it loads here and now. */
  installed: boolean;
  /** Folder of the package @tensorflow/tfjs-node, where one was found. */
  where?: string;
  /** Version of libtensorflow. */
  version?: string;
  nodeVersion: string;
  /** Why it does not load, where it does not. */
  problem?: string;
}

/** The environment variable that chooses the engine: a name of `engineKinds`, or nothing for the best there is. */
export const engineVariable = "NAS4CIM_ENGINE";

const loaded = new Map<EngineKind, Tensorflow>();

/**
 * Loads the engine for training: tfjs-node where it loads, else the one on WebAssembly, with the reason in its `caveat`.
 * `kind`, or NAS4CIM_ENGINE, takes that one and no other. An engine is loaded once; the one asked for last is the one
 * that tfjs works on.
 * @throws NAS_TRAIN_TENSORFLOW where none loads; NAS_CONFIG_INVALID where NAS4CIM_ENGINE names no engine.
 */
export async function loadTensorflow(kind: EngineKind | undefined = chosenEngine()): Promise<Tensorflow> {
  if (kind !== undefined) return loadEngine(kind);
  try {
    return await loadEngine("tfjs-node");
  } catch (error) {
    if (!isNasError(error, "NAS_TRAIN_TENSORFLOW")) throw error;
    return loadInstead(error);
  }
}

/** Whether TensorFlow for Node loads here, from where, and which; never throws. */
export async function tensorflowStatus(): Promise<TensorflowStatus> {
  const status = { nodeVersion: process.version, where: findTfjsNode() };
  try {
    const { versions, folder } = await loadEngine("tfjs-node");
    return { ...status, installed: true, where: folder, version: versions.libtensorflow };
  } catch (error) {
    return { ...status, installed: false, problem: messageOf(error) };
  }
}

function chosenEngine(): EngineKind | undefined {
  const named = process.env[engineVariable];
  if (!named) return undefined;
  const kind = engineKinds.find((one) => one === named);
  if (kind) return kind;
  throw new NasError("NAS_CONFIG_INVALID", `${engineVariable} is "${named}", expected ${engineKinds.join(" or ")}`, {
    hint: `set ${engineVariable} to one of them, or unset it to take the best there is`,
    context: { variable: engineVariable, value: named },
  });
}

async function loadEngine(kind: EngineKind): Promise<Tensorflow> {
  const engine = loaded.get(kind) ?? (kind === "tfjs-node" ? loadTfjsNode() : await loadFallback());
  loaded.set(kind, engine);
  // Both keep their backends in one registry of the process.
  await engine.tf.setBackend(kind === "tfjs-node" ? "tensorflow" : "wasm");
  return engine;
}

async function loadInstead(reason: NasError): Promise<Tensorflow> {
  try {
    const engine = await loadEngine("wasm");
    return { ...engine, caveat: `${engine.caveat} (${reason.message}; ${reason.hint})` };
  } catch (error) {
    throw new NasError("NAS_TRAIN_TENSORFLOW", `no engine to train with: ${reason.message}; ${messageOf(error)}`, {
      hint: reason.hint,
      context: { ...reason.context },
      cause: error,
    });
  }
}
