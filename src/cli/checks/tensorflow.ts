import { isNasError, messageOf } from "../../base/errors.js";
import { loadTensorflow, tensorflowStatus } from "../../engine/tensorflow.js";
import { neededTools } from "../../engine/install/tensorflow-wheel.js";
import { type Check, missing, present } from "./check.js";

const fix = "nas4cim doctor --fix tensorflow";

/** Where both engines were tried; docs/decisions/008-training-engine.md says what is expected elsewhere. */
const provedOn = "linux x64";

/** TensorFlow for Node, the fast engine of training and search, by loading it. */
export async function checkTensorflow(): Promise<Check> {
  const subject = { id: "tensorflow", title: "TensorFlow for Node", needed: false };
  const { installed, where, version, problem } = await tensorflowStatus();
  if (installed) return present(subject, `libtensorflow ${version} in ${where}`);
  return missing(subject, problem ?? "not installed", "training and search at full speed", fix);
}

/** The engine that training and search will take, by loading it: TensorFlow for Node, or WebAssembly in its place. */
export async function checkTrainingEngine(): Promise<Check> {
  const subject = { id: "training engine", title: "training engine", needed: false };
  try {
    const { kind, versions, caveat } = await loadTensorflow();
    const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
    const here = `${process.platform} ${process.arch}`;
    const untried = `tried on ${provedOn} only, \`npm test\` tells whether it holds on ${here}`;
    const remarks = [...(caveat === undefined ? [] : [caveat]), ...(here === provedOn ? [] : [untried])];
    return present(subject, [`${kind} (${packages.join(", ")})`, ...remarks].join("; "));
  } catch (error) {
    return missing(subject, messageOf(error), "training and search", isNasError(error) ? error.hint : fix);
  }
}

/** The programs that build TensorFlow's binding where its official files are out of reach. */
export function checkBuildTools(): Check[] {
  return neededTools().map(({ name, purpose, found }) => {
    const subject = { id: `tool ${name}`, title: name, needed: false };
    if (found) return present(subject, "found");
    const prevents = `installing TensorFlow on the Python wheel: it ${purpose}`;
    return missing(subject, "not found", prevents, "install it with the system's package manager");
  });
}
