import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, NasError } from "../base/errors.js";
import type { TrainingEpoch } from "./training.js";

/**
 * The epochs that a network's folder tells of in `train-log.jsonl`, one JSON object a line; undefined where there is none.
 * @throws NAS_NETWORK_INVALID where a line is no epoch
 */
export function readTrainingLog(networkFolder: string): TrainingEpoch[] | undefined {
  const path = join(networkFolder, "train-log.jsonl");
  if (!existsSync(path)) return undefined;
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.flatMap((line, place) => (line.trim() === "" ? [] : [epochOf(line, `${path}:${place + 1}`)]));
}

function epochOf(line: string, where: string): TrainingEpoch {
  let raw: Partial<Record<keyof TrainingEpoch, unknown>>;
  try {
    raw = Object(JSON.parse(line)) as typeof raw;
  } catch (error) {
    throw noEpoch(where, `it is not JSON: ${messageOf(error)}`);
  }
  const number = (key: keyof TrainingEpoch): number => {
    const value = raw[key];
    return typeof value === "number" && Number.isFinite(value) ? value : fail(key, value);
  };
  const fail = (key: string, value: unknown): never => {
    throw noEpoch(where, `${key} is ${JSON.stringify(value) ?? "missing"}`);
  };
  const { phase, heldOutAccuracy } = raw;
  return {
    phase: typeof phase === "string" ? phase : fail("phase", phase),
    epoch: number("epoch"),
    loss: number("loss"),
    trainAccuracy: number("trainAccuracy"),
    ...(heldOutAccuracy === undefined ? {} : { heldOutAccuracy: number("heldOutAccuracy") }),
    seconds: number("seconds"),
  };
}

function noEpoch(where: string, why: string): NasError {
  return new NasError("NAS_NETWORK_INVALID", `${where} is no epoch of a training: ${why}`, {
    hint: "take the log that training wrote, or remove it: nothing but the curve needs it",
    context: { where },
  });
}
