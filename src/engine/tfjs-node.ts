import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import util from "node:util";
import { NasError, messageOf } from "../base/errors.js";
import { cacheFolder } from "../base/paths.js";
import type { OpAttribute, Tensorflow, TensorflowFunctions } from "./engine.js";
import { withoutChatter } from "./quiet-loading.js";
import { recordGraph } from "./graph/record-graph.js";
import type { NativeAttribute, NativeBackend, NativeBinding } from "./native-binding.js";

/** The one release that nas4cim is built and tested with; the newest there is. */
export const tfjsNodeVersion = "4.22.0";

const packageName = "@tensorflow/tfjs-node";

/** The folder in the user's cache that `nas4cim doctor --fix tensorflow` fills: one a platform, for all Node versions. */
export function tensorflowFolder(): string {
  return join(cacheFolder(), "tensorflow", `${tfjsNodeVersion}-${process.platform}-${process.arch}`);
}

/** Written last into `tensorflowFolder()`: without it the folder is half an installation and is not used. */
export const tensorflowMarker = "installed.json";

/** The folder of @tensorflow/tfjs-node: where Node finds it, else the user's cache, else undefined. */
export function findTfjsNode(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`));
  } catch {
    // Not among the installed packages: the usual case, because npm start must not need it.
  }
  const cached = tensorflowFolder();
  return existsSync(join(cached, tensorflowMarker)) ? join(cached, "node_modules", packageName) : undefined;
}

/**
 * Loads tfjs-node with libtensorflow.
 * @throws NAS_TRAIN_TENSORFLOW where it is not installed or does not load.
 */
export function loadTfjsNode(): Tensorflow {
  const folder = findTfjsNode();
  if (folder === undefined) {
    throw new NasError("NAS_TRAIN_TENSORFLOW", `${packageName} is not installed`, {
      hint: "run `nas4cim doctor --fix tensorflow`",
      context: { looked: ["node_modules", tensorflowFolder()] },
    });
  }
  try {
    return load(folder);
  } catch (error) {
    throw new NasError("NAS_TRAIN_TENSORFLOW", `${packageName} in ${folder} does not load: ${messageOf(error)}`, {
      hint: "run `nas4cim doctor --fix tensorflow` to install it afresh",
      context: { folder, node: process.version },
      cause: error,
    });
  }
}

function load(folder: string): Tensorflow {
  // tfjs-node 4.22.0 calls util.isNullOrUndefined, which Node 23 removed and Node 22 warns about.
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
  // Without this, libtensorflow tells its processor features at the first operation. What it says while it is loaded, before
  // any log level is read, `withoutChatter` keeps back.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  const { tf, backend } = withoutChatter(() => {
    const loaded = createRequire(import.meta.url)(folder) as TensorflowFunctions;
    return { tf: loaded, backend: loaded.backend() as unknown as NativeBackend };
  });
  return {
    kind: "tfjs-node",
    tf,
    run: (op, attributes, inputs, outputs = 1) =>
      backend.executeMultipleOutputs(
        op,
        Object.entries(attributes).map(([name, attribute]) => nativeAttribute(name, attribute, backend.binding)),
        inputs,
        outputs,
      ),
    record: (inputs, work, options) => recordGraph({ tf, backend }, inputs, work, options),
    versions: { [packageName]: tfjsNodeVersion, libtensorflow: backend.binding.TF_Version },
    folder,
  };
}

function nativeAttribute(name: string, attribute: OpAttribute, binding: NativeBinding): NativeAttribute {
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
