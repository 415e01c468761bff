import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { writeFileAtomic } from "../../base/atomic-file.js";
import { NasError } from "../../base/errors.js";
import type { JobContext } from "../../base/progress.js";
import { runTool, type ToolResult } from "./run-tool.js";
import { tensorflowStatus } from "../tensorflow.js";
import { buildOnWheel } from "./tensorflow-wheel.js";
import { tensorflowFolder, tensorflowMarker, tfjsNodeVersion } from "../tfjs-node.js";

/** How TensorFlow came here. */
export interface TensorflowInstallation {
  folder: string;
  /** Version of libtensorflow. */
  version: string;
  /** "present": nothing was to do; "official": the package's own install script; "wheel": built on the Python wheel. */
  route: "present" | "official" | "wheel";
}

const minutes = 60_000;
/** tfjs-node 4.22.0's own install script fetches libtensorflow and the prebuilt binding from this host. */
const officialHost =
  "https://storage.googleapis.com/tensorflow/libtensorflow/libtensorflow-cpu-linux-x86_64-2.9.1.tar.gz";

/**
 * Installs @tensorflow/tfjs-node into the user's cache: by its own install script where its files are in reach, else
 * built on the libtensorflow of a Python wheel. Whole or not at all; where it is there already, nothing happens.
 * @throws NAS_TRAIN_TENSORFLOW with what failed on each way; NAS_INTERRUPTED on the abort signal.
 */
export async function installTensorflow(context: JobContext): Promise<TensorflowInstallation> {
  const present = await tensorflowStatus();
  if (present.installed) return { folder: present.where!, version: present.version!, route: "present" };

  const target = tensorflowFolder();
  const staging = `${target}.${process.pid}.part`;
  mkdirSync(staging, { recursive: true });
  try {
    const { route, version } = await installInto(staging, context);
    writeFileAtomic(join(staging, tensorflowMarker), `${JSON.stringify({ tfjsNodeVersion, version, route })}\n`);
    putInPlace(staging, target);
    return { folder: target, version, route };
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

async function installInto(
  root: string,
  context: JobContext,
): Promise<{ route: "official" | "wheel"; version: string }> {
  let done = 0;
  const say = (what: string) =>
    context.progress?.({ label: "installing TensorFlow", done: done++, total: 6, unit: "steps", note: what });
  const packageFolder = join(root, "node_modules", "@tensorflow", "tfjs-node");

  say("fetching the package");
  writeFileSync(join(root, "package.json"), '{ "private": true }\n');
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefix", root];
  const fetched = await runTool("npm", ["install", `@tensorflow/tfjs-node@${tfjsNodeVersion}`, ...quiet], {
    cwd: root,
    timeoutMs: 10 * minutes,
    signal: context.signal,
  });
  if (!fetched.ok) throw unavailable([`npm install failed: ${fetched.reason}`]);

  const failures: string[] = [];
  say("trying the official files");
  const official = await officialInReach(context.signal);
  if (official) {
    const ran = await runInstallScript(root, packageFolder, context);
    const works = await tryToLoad(root, packageFolder, context);
    if ("version" in works) return { route: "official", version: works.version };
    failures.push(`official files: ${ran.ok ? works.reason : ran.reason}`);
  } else {
    failures.push("official files: their host is out of reach");
  }

  const reason = await buildOnWheel(root, packageFolder, context, say);
  if (reason !== undefined) throw unavailable([...failures, `wheel: ${reason}`]);
  say("loading it");
  const works = await tryToLoad(root, packageFolder, context);
  if ("version" in works) return { route: "wheel", version: works.version };
  throw unavailable([...failures, `wheel: built, but does not load: ${works.reason}`]);
}

function unavailable(failures: string[]): NasError {
  return new NasError("NAS_TRAIN_TENSORFLOW", `TensorFlow could not be installed: ${failures.join("; ")}`, {
    hint: "training and search stay unavailable, all else works; cure what is named and run `nas4cim doctor --fix tensorflow` again",
    context: { failures, folder: tensorflowFolder() },
  });
}

/** Runs the package's own install script as npm would; npm itself may be set to run none. */
function runInstallScript(root: string, packageFolder: string, context: JobContext): Promise<ToolResult> {
  const tools = join(root, "node_modules", ".bin");
  return runTool(process.execPath, [join("scripts", "install.js")], {
    cwd: packageFolder,
    timeoutMs: 10 * minutes,
    signal: context.signal,
    environment: { PATH: `${tools}${delimiter}${process.env.PATH ?? ""}` },
  });
}

/** Whether the official files can be asked for; a set proxy or mirror is left to the install script to use. */
async function officialInReach(signal: AbortSignal | undefined): Promise<boolean> {
  const { env } = process;
  if (env.HTTPS_PROXY || env.https_proxy || env.TFJS_NODE_CDN_STORAGE || env.CDN_STORAGE) return true;
  try {
    const timeout = AbortSignal.timeout(10_000);
    const answer = await fetch(officialHost, {
      method: "HEAD",
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    return answer.ok;
  } catch {
    return false;
  }
}

/** Loads the package in a process of its own and multiplies two matrices: a binding can crash, not only throw. */
async function tryToLoad(
  root: string,
  packageFolder: string,
  context: JobContext,
): Promise<{ version: string } | { reason: string }> {
  const script = `
    const util = require("node:util");
    util.isNullOrUndefined = (value) => value === null || value === undefined;
    const tf = require(process.argv[1]);
    const [product] = tf.matMul([[2, 3]], [[5], [7]]).dataSync();
    if (product !== 31) throw new RangeError("2·5 + 3·7 came out as " + product);
    console.log("version " + tf.backend().binding.TF_Version);
  `;
  const result = await runTool(process.execPath, ["-e", script, packageFolder], {
    cwd: root,
    timeoutMs: 5 * minutes,
    signal: context.signal,
  });
  const version = /^version (\S+)$/m.exec(result.output)?.[1];
  return result.ok && version ? { version } : { reason: result.reason ?? "it printed no version" };
}

function putInPlace(staging: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  if (existsSync(target)) {
    // What stands there did not load, else nothing would have been installed.
    const old = `${staging}.old`;
    renameSync(target, old);
    rmSync(old, { recursive: true, force: true });
  }
  renameSync(staging, target);
}
