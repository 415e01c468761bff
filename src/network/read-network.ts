import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { NasError, messageOf } from "../base/errors.js";
import { nearestName } from "../base/nearest.js";
import { sha256 } from "../base/hash.js";
import type { NetworkDescription, NetworkNode } from "./network.js";
import { readSafetensors, type Tensor } from "./safetensors.js";
import { checkNetwork } from "./check-network.js";
import { networkTensors } from "./tensors.js";

/** A network read from its folder and checked: description, float32 tensors, and the hash of both files. */
export interface StoredNetwork {
  description: NetworkDescription;
  tensors: ReadonlyMap<string, Tensor>;
  /** SHA-256 over network.json and weights.safetensors. */
  hash: string;
}

/** No real network or weight file of this bench is larger. */
const maxFileBytes = 1_000_000_000;

/**
 * Reads `network.json` and `weights.safetensors` of a folder.
 * @throws NAS_NETWORK_NOT_FOUND, NAS_NETWORK_INVALID (description), NAS_NETWORK_SHAPE, NAS_NETWORK_WEIGHTS (missing, surplus,
 * wrongly shaped tensors, NaN or infinity, step sizes ≤ 0, truncated file)
 */
export function readNetwork(folder: string): StoredNetwork {
  const descriptionBytes = readPart(folder, "network.json");
  const weightBytes = readPart(folder, "weights.safetensors");
  const description = parseDescription(descriptionBytes, join(folder, "network.json"));
  checkNetwork(description);
  const file = join(folder, "weights.safetensors");
  const { tensors } = readSafetensors(weightBytes, file);
  checkTensors(description, tensors, file);
  return { description, tensors, hash: sha256(sha256(descriptionBytes) + sha256(weightBytes)) };
}

function readPart(folder: string, name: string): Uint8Array {
  const path = join(folder, name);
  let size: number;
  try {
    ({ size } = statSync(path));
    if (size <= maxFileBytes) return readFileSync(path);
  } catch (error) {
    const why = existsSync(path) ? `cannot read ${name} in ${folder}: ${messageOf(error)}` : `no ${name} in ${folder}`;
    throw new NasError("NAS_NETWORK_NOT_FOUND", why, {
      hint: "a network is a folder with network.json and weights.safetensors; check the path in the config or after --network",
      context: { path },
      cause: error,
    });
  }
  throw invalid(path, `has ${size} bytes`, {});
}

function parseDescription(bytes: Uint8Array, path: string): NetworkDescription {
  let raw: unknown;
  try {
    raw = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (error) {
    throw invalid(path, `is not JSON: ${messageOf(error)}`, {});
  }
  const top = objectAt(path, "", raw, ["format", "version", "name", "input", "nodes", "provenance"]);
  if (top.format !== "nas4cim-network" || top.version !== 1) {
    throw invalid(
      path,
      `is format ${JSON.stringify(top.format)} version ${JSON.stringify(top.version)}; this nas4cim reads "nas4cim-network" version 1`,
      {},
    );
  }
  stringAt(path, "name", top.name);
  const input = objectAt(path, "input", top.input, ["height", "width", "channels", "bits", "step"]);
  for (const key of ["height", "width", "channels"]) integerAt(path, `input.${key}`, input[key], 1, 4096);
  integerAt(path, "input.bits", input.bits, 1, 8);
  positiveAt(path, "input.step", input.step);
  if (!Array.isArray(top.nodes) || top.nodes.length === 0) throw invalid(path, "has no nodes", {});
  top.nodes.forEach((node, index) => checkNode(path, `nodes[${index}]`, node));
  const last = top.nodes[top.nodes.length - 1] as NetworkNode;
  if (last.op !== "fc")
    throw invalid(path, `ends with a ${last.op}; the last node must be an fc, whose outputs are the logits`, {});
  const early = (top.nodes as NetworkNode[]).slice(0, -1).findIndex(({ op }) => op === "fc");
  if (early >= 0)
    throw invalid(path, `nodes[${early}] is an fc before the end; its outputs are logits, which no node can take`, {});
  assertAllRead(path, top.nodes as NetworkNode[]);
  objectAt(path, "provenance", top.provenance);
  return raw as NetworkDescription;
}

/** A branch that leads nowhere is a wrong name in somebody's inputs. */
function assertAllRead(path: string, nodes: readonly NetworkNode[]): void {
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const idle = nodes.slice(0, -1).findIndex(({ id }) => !read.has(id));
  if (idle >= 0)
    throw invalid(path, `nodes[${idle}] ("${nodes[idle].id}") is read by no node`, { node: nodes[idle].id });
}

const nodeFields: Record<NetworkNode["op"], Record<string, [least: number, most: number]>> = {
  conv: {
    kernel: [1, 31],
    stride: [1, 16],
    padding: [0, 15],
    inChannels: [1, 65536],
    outChannels: [1, 65536],
    weightBits: [2, 8],
    outputBits: [1, 8],
  },
  add: { outputBits: [1, 8] },
  globalAveragePool: { outputBits: [1, 8] },
  fc: { inFeatures: [1, 1_000_000], outFeatures: [2, 1_000_000], weightBits: [2, 8] },
};

/** Keys that a node may lack, with the words that they may have. */
const nodeChoices: Partial<Record<NetworkNode["op"], Record<string, readonly string[]>>> = {
  conv: { activation: ["relu", "none"], weightStepPer: ["layer", "channel"] },
  fc: { weightStepPer: ["layer", "channel"] },
};

function checkNode(path: string, where: string, raw: unknown): void {
  const node = objectAt(path, where, raw);
  stringAt(path, `${where}.id`, node.id);
  stringAt(path, `${where}.op`, node.op);
  const op = node.op as string;
  if (!Object.hasOwn(nodeFields, op)) {
    const nearest = nearestName(op, Object.keys(nodeFields));
    throw invalid(
      path,
      `${where}.op is "${op}"${nearest ? `; did you mean "${nearest}"?` : `; known: ${Object.keys(nodeFields).join(", ")}`}`,
      { where },
    );
  }
  const fields = nodeFields[op as NetworkNode["op"]];
  const choices = nodeChoices[op as NetworkNode["op"]] ?? {};
  objectAt(path, where, raw, [
    "id",
    "op",
    "inputs",
    ...(op === "conv" ? ["batchNormEpsilon"] : []),
    ...Object.keys(fields),
    ...Object.keys(choices),
  ]);
  for (const [key, [least, most]] of Object.entries(fields)) integerAt(path, `${where}.${key}`, node[key], least, most);
  if (op === "conv") positiveAt(path, `${where}.batchNormEpsilon`, node.batchNormEpsilon);
  for (const [key, words] of Object.entries(choices)) choiceAt(path, `${where}.${key}`, node[key], words);
  // One bit would be the sign alone.
  if (node.activation === "none") integerAt(path, `${where}.outputBits`, node.outputBits, 2, 8);
  const count = op === "add" ? 2 : 1;
  if (
    !Array.isArray(node.inputs) ||
    node.inputs.length !== count ||
    node.inputs.some((input) => typeof input !== "string")
  )
    throw invalid(path, `${where}.inputs must name exactly ${count === 1 ? "one node" : "two nodes"}`, { where });
}

/** The one tensor that is no weight: the float network's prediction for every test image. */
export const floatPredictionsName = "float_predictions";

function checkTensors(network: NetworkDescription, tensors: ReadonlyMap<string, Tensor>, file: string): void {
  const fail = (message: string, context: Record<string, unknown>): never => {
    throw new NasError("NAS_NETWORK_WEIGHTS", `${file}: ${message}`, {
      hint: "export the network again; its two files belong together",
      context: { file, ...context },
    });
  };
  const expected = new Map(networkTensors(network.nodes).map(({ name, shape }) => [name, shape]));
  const surplus = [...tensors.keys()].filter((name) => !expected.has(name) && name !== floatPredictionsName);
  const missing = [...expected.keys()].filter((name) => !tensors.has(name));
  if (surplus.length + missing.length > 0) {
    const words = [
      missing.length ? `lacks ${missing.join(", ")}` : "",
      surplus.length ? `has ${surplus.join(", ")}, which no node wants` : "",
    ];
    fail(`holds ${tensors.size} tensors, ${expected.size} are wanted: ${words.filter(Boolean).join("; ")}`, {
      missing,
      surplus,
    });
  }
  for (const [name, shape] of expected) {
    const tensor = tensors.get(name)!;
    if (tensor.dtype !== "F32") fail(`tensor "${name}" is ${tensor.dtype}, wanted F32`, { tensor: name });
    if (tensor.shape.join() !== shape.join())
      fail(`tensor "${name}" is [${tensor.shape.join(", ")}], node wants [${shape.join(", ")}]`, { tensor: name });
    const bad = tensor.data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) fail(`tensor "${name}" has ${tensor.data[bad]} at position ${bad}`, { tensor: name, position: bad });
    const flat = name.endsWith("_step") ? tensor.data.findIndex((value) => value <= 0) : -1;
    if (flat >= 0) {
      const which = shape[0] === 1 ? "" : ` at position ${flat}`;
      fail(`step size "${name}" is ${tensor.data[flat]}${which}, it must be > 0`, { tensor: name, position: flat });
    }
    if (name.endsWith(".variance") && tensor.data.some((value) => value < 0))
      fail(`tensor "${name}" has a negative variance`, { tensor: name });
  }
}

function objectAt(path: string, where: string, value: unknown, known?: readonly string[]): Record<string, unknown> {
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw invalid(path, `${where || "the file"} is no JSON object`, { where });
  for (const key of known ? Object.keys(value) : []) {
    if (known!.includes(key)) continue;
    const nearest = nearestName(key, known!);
    throw invalid(
      path,
      `unknown key "${where ? `${where}.` : ""}${key}"${nearest ? `; did you mean "${nearest}"?` : ""}`,
      { where, key },
    );
  }
  return value as Record<string, unknown>;
}

function integerAt(path: string, where: string, value: unknown, least: number, most: number): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  throw invalid(path, `${where} is ${JSON.stringify(value)}, wanted a whole number from ${least} to ${most}`, {
    where,
    value,
  });
}

function choiceAt(path: string, where: string, value: unknown, words: readonly string[]): void {
  if (value === undefined || words.includes(value as string)) return;
  throw invalid(
    path,
    `${where} is ${JSON.stringify(value)}, wanted ${words.map((word) => `"${word}"`).join(" or ")}, or nothing`,
    { where, value },
  );
}

function positiveAt(path: string, where: string, value: unknown): void {
  if (typeof value === "number" && value > 0 && Number.isFinite(value)) return;
  throw invalid(path, `${where} is ${JSON.stringify(value)}, wanted a number > 0`, { where, value });
}

function stringAt(path: string, where: string, value: unknown): void {
  if (typeof value !== "string" || value === "")
    throw invalid(path, `${where} is ${JSON.stringify(value)}, wanted a name`, { where, value });
}

function invalid(path: string, message: string, context: Record<string, unknown>): NasError {
  return new NasError("NAS_NETWORK_INVALID", `${path}: ${message}`, {
    hint: "see the format in src/network/network.ts, or export the network again",
    context: { path, ...context },
  });
}
