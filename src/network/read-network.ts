import { existsSync } from "node:fs";
import { join } from "node:path";
import { NasError } from "../base/errors.js";
import { sha256 } from "../base/hash.js";
import { parseJsonBytes } from "../base/schema/json-format.js";
import { maxTextBytes, readBytes } from "../base/schema/read-bytes.js";
import { checkLocated } from "./check-network.js";
import type { NetworkDescription } from "./network.js";
import { networkFormat } from "./network-schema.js";
import { readSafetensors, type Tensor } from "./safetensors.js";
import { networkTensors } from "./tensors.js";

/** A network read from its folder and checked: description, float32 tensors, and the hash of both files. */
export interface StoredNetwork {
  description: NetworkDescription;
  tensors: ReadonlyMap<string, Tensor>;
  /** SHA-256 over network.json and weights.safetensors. */
  hash: string;
}

/** No weight file of this bench is larger. */
const maxWeightBytes = 1_000_000_000;

/**
 * Reads `network.json` and `weights.safetensors` of a folder.
 * @throws NAS_NETWORK_NOT_FOUND, NAS_NETWORK_INVALID (description), NAS_NETWORK_SHAPE, NAS_NETWORK_WEIGHTS (missing, surplus,
 * wrongly shaped tensors, NaN or infinity, step sizes ≤ 0, truncated file)
 */
export function readNetwork(folder: string): StoredNetwork {
  const descriptionBytes = readPart(folder, "network.json", maxTextBytes);
  const weightBytes = readPart(folder, "weights.safetensors", maxWeightBytes);
  const located = parseJsonBytes(networkFormat, descriptionBytes, join(folder, "network.json"));
  const description = located.value;
  checkLocated(description, ["nodes"], located.fail);
  const file = join(folder, "weights.safetensors");
  const { tensors } = readSafetensors(weightBytes, file);
  checkTensors(description, tensors, file);
  return { description, tensors, hash: sha256(sha256(descriptionBytes) + sha256(weightBytes)) };
}

function readPart(folder: string, name: string, maxBytes: number): Buffer {
  const path = join(folder, name);
  const read = readBytes(path, maxBytes);
  if ("bytes" in read) return read.bytes;
  const why = existsSync(path) ? `cannot read ${name} in ${folder}: ${read.why}` : `no ${name} in ${folder}`;
  throw new NasError("NAS_NETWORK_NOT_FOUND", why, {
    hint: networkFormat.hints.unreadable,
    context: { path },
    cause: read.cause,
  });
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
