import { tensorflowStatus } from "../../train/tensorflow.js";
import { neededTools } from "../../train/tensorflow-wheel.js";
import { type Check, missing, present } from "./check.js";

/** TensorFlow, which training and search alone need, by loading it. */
export async function checkTensorflow(): Promise<Check> {
  const subject = { id: "tensorflow", title: "TensorFlow for Node", needed: false };
  const { installed, where, version, problem } = await tensorflowStatus();
  if (installed) return present(subject, `libtensorflow ${version} in ${where}`);
  return missing(subject, problem ?? "not installed", "training and search", "nas4cim doctor --fix tensorflow");
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
