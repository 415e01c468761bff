import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import type { JobContext } from "../../base/progress.js";
import { firstTool, runTool } from "./run-tool.js";

/**
 * The Python package whose libtensorflow the binding is built on where the official prebuilt files are out of reach.
 * One file for all Python versions of this machine: only its shared libraries and C headers are used.
 */
export const wheel = {
  requirement: "tensorflow-cpu==2.21.0",
  pythonVersion: "3.11",
  abi: "cp311",
  platform: "manylinux_2_27_x86_64",
  sha256: "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c",
} as const;

const minutes = 60_000;
const pythons = ["python3", "python"];
const compilers = ["c++", "g++", "clang++"];

/** A program that this way of installing needs. */
export interface NeededTool {
  name: string;
  purpose: string;
  found: boolean;
}

/** The programs needed to build TensorFlow's binding on the wheel, and which of them are there. */
export function neededTools(): NeededTool[] {
  const tool = (name: string, purpose: string, commands: readonly string[]) => ({
    name,
    purpose,
    found: firstTool(commands) !== undefined,
  });
  return [
    tool("npm", "fetches @tensorflow/tfjs-node", ["npm"]),
    tool("python3 with pip", "fetches and unpacks libtensorflow; node-gyp runs on it", pythons),
    tool("C++ compiler", "builds the binding between Node and libtensorflow", compilers),
    tool("make", "builds the binding between Node and libtensorflow", ["make"]),
  ];
}

/**
 * Gives the unpacked package @tensorflow/tfjs-node in `packageFolder` its libtensorflow and its binding; `root` is the
 * folder with its node_modules. The reason where it does not work, else undefined.
 */
export async function buildOnWheel(
  root: string,
  packageFolder: string,
  context: JobContext,
  say: (what: string) => void,
): Promise<string | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    return `the wheel ${wheel.requirement} is pinned for linux on x64, this is ${process.platform} on ${process.arch}`;
  }
  const missing = neededTools().filter(({ found }) => !found);
  if (missing.length > 0) return `missing: ${missing.map(({ name, purpose }) => `${name} (${purpose})`).join(", ")}`;
  const python = firstTool(pythons)!;

  say(`fetching ${wheel.requirement} (274 MB)`);
  const folder = join(root, "wheel");
  const fetched = await fetchWheel(python, root, folder, context);
  if ("reason" in fetched) return fetched.reason;

  say("unpacking libtensorflow");
  const dependencies = join(packageFolder, "deps");
  rmSync(dependencies, { recursive: true, force: true });
  const unpacked = await runTool(python, ["-c", unpackScript, fetched.file, dependencies], {
    cwd: root,
    timeoutMs: 10 * minutes,
    signal: context.signal,
  });
  if (!unpacked.ok) return `unpacking the wheel failed: ${unpacked.reason}`;
  rmSync(folder, { recursive: true });
  const link = (target: string, name: string) => symlinkSync(target, join(dependencies, "lib", name));
  link("libtensorflow_cc.so.2", "libtensorflow.so");
  link("libtensorflow_cc.so.2", "libtensorflow.so.2");
  link("libtensorflow_framework.so.2", "libtensorflow_framework.so");

  say("building the binding");
  const builder = join(root, "node_modules", "@mapbox", "node-pre-gyp", "bin", "node-pre-gyp");
  const built = await runTool(process.execPath, [builder, "install", "--build-from-source"], {
    cwd: packageFolder,
    timeoutMs: 15 * minutes,
    signal: context.signal,
    environment: headersEnvironment(),
  });
  if (!built.ok) return `building the binding failed: ${built.reason}`;
  // Both served the build alone: a quarter of a gigabyte.
  rmSync(join(dependencies, "include"), { recursive: true });
  rmSync(join(packageFolder, "build"), { recursive: true, force: true });
  return undefined;
}

async function fetchWheel(
  python: string,
  root: string,
  folder: string,
  context: JobContext,
): Promise<{ file: string } | { reason: string }> {
  const download = ["-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--dest", folder];
  const which = ["--python-version", wheel.pythonVersion, "--implementation", "cp", "--abi", wheel.abi];
  const fetched = await runTool(python, [...download, ...which, "--platform", wheel.platform, wheel.requirement], {
    cwd: root,
    timeoutMs: 30 * minutes,
    signal: context.signal,
  });
  if (!fetched.ok) return { reason: `fetching ${wheel.requirement} failed: ${fetched.reason}` };
  const file = join(folder, readdirSync(folder)[0]);
  const found = await sha256OfFile(file);
  return found === wheel.sha256
    ? { file }
    : { reason: `${wheel.requirement} has SHA-256 ${found}, not ${wheel.sha256}` };
}

/** SHA-256 of a file too large to hold in memory, lower-case hex. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** Where this Node brought its C headers along, node-gyp need not download them. */
function headersEnvironment(): Record<string, string> {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, "include", "node", "node_api.h")) ? { npm_config_nodedir: prefix } : {};
}

const unpackScript = `
import os, shutil, sys, zipfile
wheel, target = sys.argv[1:]
libraries = ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2")
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        if name.endswith("/"):
            continue
        if name in libraries:
            path = os.path.join(target, "lib", os.path.basename(name))
        elif name.startswith("tensorflow/include/"):
            path = os.path.join(target, name[len("tensorflow/"):])
        else:
            continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with archive.open(name) as source, open(path, "wb") as sink:
            shutil.copyfileobj(source, sink)
`;
