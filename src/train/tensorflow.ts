import type * as TensorflowCore from "@tensorflow/tfjs-core";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import util from "node:util";
import { NasError, messageOf } from "../base/errors.js";
import { cacheFolder } from "../base/paths.js";

/** The one release that nas4cim is built and tested with; the newest there is. */
export const tfjsNodeVersion = "4.22.0";

export type Tensor = TensorflowCore.Tensor;

/** An attribute of a TensorFlow operation, by the kind its definition wants. */
export type OpAttribute =
  | { int: number | number[] }
  | { float: number }
  | { bool: boolean }
  | { string: string }
  | { type: "float32" | "int32" };

/** TensorFlow as the training code uses it: the library's functions, and any TensorFlow operation by its name. */
export interface Tensorflow {
  tf: typeof TensorflowCore;
  /**
   * Runs a TensorFlow operation (not only those tfjs knows) and gives its first `outputs` results.
   * Outside the automatic gradient: use it inside `tf.customGrad`.
   */
  run(op: string, attributes: Record<string, OpAttribute>, inputs: readonly Tensor[], outputs?: number): Tensor[];
  /** The version of libtensorflow, for example "2.21.0". */
  libraryVersion: string;
  /** The folder of the package @tensorflow/tfjs-node that was loaded. */
  folder: string;
}

/** What `nas4cim doctor` tells about TensorFlow. */
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

const packageName = "@tensorflow/tfjs-node";

/** The part of tfjs-node's native binding that is used here; the package has no types for it. */
interface NativeBinding {
  TF_Version: string;
  TF_FLOAT: number;
  TF_INT32: number;
  TF_ATTR_INT: number;
  TF_ATTR_FLOAT: number;
  TF_ATTR_BOOL: number;
  TF_ATTR_STRING: number;
  TF_ATTR_TYPE: number;
}

interface NativeBackend {
  binding: NativeBinding;
  executeMultipleOutputs(op: string, attributes: object[], inputs: readonly Tensor[], outputs: number): Tensor[];
}

/** The folder in the user's cache that `nas4cim doctor --fix tensorflow` fills: one a platform, for all Node versions. */
export function tensorflowFolder(): string {
  return join(cacheFolder(), "tensorflow", `${tfjsNodeVersion}-${process.platform}-${process.arch}`);
}

/** Written last into `tensorflowFolder()`: without it the folder is half an installation and is not used. */
export const tensorflowMarker = "installed.json";

let loaded: Tensorflow | undefined;

/**
 * Loads TensorFlow: from where Node finds @tensorflow/tfjs-node, else from the user's cache. The second call is free.
 * @throws NAS_TRAIN_TENSORFLOW where it is not installed or does not load.
 */
export async function loadTensorflow(): Promise<Tensorflow> {
  if (loaded) return loaded;
  const folder = findTensorflow();
  if (folder === undefined) {
    throw new NasError("NAS_TRAIN_TENSORFLOW", `training needs ${packageName}, which is not installed`, {
      hint: "run `nas4cim doctor --fix tensorflow`; everything but training and search works without it",
      context: { looked: ["node_modules", tensorflowFolder()] },
    });
  }
  try {
    loaded = load(folder);
  } catch (error) {
    throw new NasError("NAS_TRAIN_TENSORFLOW", `${packageName} in ${folder} does not load: ${messageOf(error)}`, {
      hint: "run `nas4cim doctor --fix tensorflow` to install it afresh",
      context: { folder, node: process.version },
      cause: error,
    });
  }
  return loaded;
}

/** Whether TensorFlow loads here, from where, and which; never throws. */
export async function tensorflowStatus(): Promise<TensorflowStatus> {
  const status = { nodeVersion: process.version, where: findTensorflow() };
  try {
    const { libraryVersion, folder } = await loadTensorflow();
    return { ...status, installed: true, where: folder, version: libraryVersion };
  } catch (error) {
    return { ...status, installed: false, problem: messageOf(error) };
  }
}

/** The folder of @tensorflow/tfjs-node, or undefined. */
function findTensorflow(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`));
  } catch {
    // Not among the installed packages: the usual case, because npm start must not need it.
  }
  const cached = tensorflowFolder();
  return existsSync(join(cached, tensorflowMarker)) ? join(cached, "node_modules", packageName) : undefined;
}

function load(folder: string): Tensorflow {
  // tfjs-node 4.22.0 calls util.isNullOrUndefined, which Node 23 removed and Node 22 warns about.
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
  // Without this, libtensorflow greets with its processor features on stderr.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  const tf = createRequire(import.meta.url)(folder) as typeof TensorflowCore;
  const backend = tf.backend() as unknown as NativeBackend;
  return {
    tf,
    run: (op, attributes, inputs, outputs = 1) =>
      backend.executeMultipleOutputs(
        op,
        Object.entries(attributes).map(([name, attribute]) => nativeAttribute(name, attribute, backend.binding)),
        inputs,
        outputs,
      ),
    libraryVersion: backend.binding.TF_Version,
    folder,
  };
}

function nativeAttribute(name: string, attribute: OpAttribute, binding: NativeBinding): object {
  if ("int" in attribute) return { name, type: binding.TF_ATTR_INT, value: attribute.int };
  if ("float" in attribute) return { name, type: binding.TF_ATTR_FLOAT, value: attribute.float };
  if ("bool" in attribute) return { name, type: binding.TF_ATTR_BOOL, value: attribute.bool };
  if ("string" in attribute) return { name, type: binding.TF_ATTR_STRING, value: attribute.string };
  return {
    name,
    type: binding.TF_ATTR_TYPE,
    value: attribute.type === "float32" ? binding.TF_FLOAT : binding.TF_INT32,
  };
}
