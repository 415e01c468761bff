import { createRequire } from "node:module";
import { dirname } from "node:path";
import { NasError, isNasError, messageOf } from "../../base/errors.js";
import type { Tensorflow, TensorflowFunctions } from "../engine.js";
import { backendName } from "./backend.js";
import { registerFallbackGradients } from "./gradients.js";
import { registerFallbackKernels } from "./kernels.js";
import { runFallbackOperation } from "./operations.js";
import { replaceKernels } from "./replacements.js";

const corePackage = "@tensorflow/tfjs-core";
const backendPackage = "@tensorflow/tfjs-backend-wasm";
/** Both in one file, with the WebAssembly modules beside it; scripts/bundle.mjs makes it. */
const bundle = "./tfjs.cjs";

/** A training step's time over that of tfjs-node on two cores; measured in docs/decisions/008-training-engine.md. */
const slowdown = 12;

/**
 * Loads the engine that needs nothing but npm: tfjs on WebAssembly, on one core.
 * @throws NAS_TRAIN_TENSORFLOW where they are not there or do not load.
 */
export async function loadFallback(): Promise<Tensorflow> {
  const require = createRequire(import.meta.url);
  try {
    const { core: tf, wasm } = require(bundle) as { core: TensorflowFunctions; wasm: { version_wasm: string } };
    const version = wasm.version_wasm;
    if (!(await tf.setBackend(backendName))) throw unavailable("its WebAssembly module does not start");
    registerFallbackKernels(tf);
    replaceKernels(tf);
    registerFallbackGradients(tf);
    return {
      kind: "wasm",
      tf,
      run: (op, attributes, inputs, outputs = 1) => runFallbackOperation(tf, op, attributes, inputs, outputs),
      versions: { [corePackage]: tf.version_core, [backendPackage]: version },
      folder: dirname(require.resolve(bundle)),
      caveat: `training runs on WebAssembly, on one core: about ${slowdown} times slower than with tfjs-node on two`,
    };
  } catch (error) {
    throw isNasError(error) ? error : unavailable(messageOf(error), error);
  }
}

function unavailable(why: string, cause?: unknown): NasError {
  return new NasError("NAS_TRAIN_TENSORFLOW", `${backendPackage} does not load: ${why}`, {
    hint: "install nas4cim anew, or run `nas4cim doctor --fix tensorflow`",
    context: { node: process.version },
    cause,
  });
}
