import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../base/atomic-file.js";
import { NasError, isNasError } from "../base/errors.js";
import { readSafetensors, type Tensor, writeSafetensors } from "../network/safetensors.js";
import type { EngineKind } from "../engine/engine-kinds.js";

/** In the order of training; not every training has a teacher. */
export type PhaseName = "teacher" | "float" | "quantized";

/** One line of the training log: one epoch. */
export interface EpochRecord {
  phase: PhaseName;
  /** From 1. */
  epoch: number;
  /** Means over the epoch's images, while the weights moved. */
  loss: number;
  trainAccuracy: number;
  /** Of the averaged weights on the images kept back, where some are: 0 … 1. */
  heldOutAccuracy?: number;
  /** Wall time of the epoch without its evaluation, on the machine at hand. */
  seconds: number;
}

/** How far a training is, whole: going on from here gives what an uninterrupted training gives. */
export interface TrainState {
  phase: PhaseName;
  /** Epochs of this phase that are done. */
  epoch: number;
  /** Steps of the current epoch that are done. */
  step: number;
  /** Sums over the current epoch so far. */
  running: { loss: number; correct: number; images: number; seconds: number };
  /** Flat, in slot order. */
  parameters: Float32Array;
  momentum: Float32Array;
  statistics: Float32Array;
  averageParameters: Float32Array;
  averageStatistics: Float32Array;
  /** What the phases before this one came to. */
  results: Partial<Record<PhaseName, PhaseResult>>;
  log: EpochRecord[];
}

/** A finished phase's averaged parameters and statistics, flat, in slot order. */
export interface PhaseResult {
  parameters: Float32Array;
  statistics: Float32Array;
}

/** What a checkpoint belongs to: it is not taken up by another recipe, other images or another engine. */
export interface CheckpointOwner {
  recipeHash: string;
  dataSha256: string;
  /** One engine does the whole of a training: two round differently, and the network's provenance names one. */
  engine: EngineKind;
}

const fileName = "checkpoint.safetensors";

/** The checkpoint's file in a training's output folder. */
export function checkpointPath(folder: string): string {
  return join(folder, fileName);
}

/** Writes the state, whole or not at all. */
export function writeCheckpoint(folder: string, state: TrainState, owner: CheckpointOwner): void {
  const tensors = new Map<string, Tensor>();
  const flat = (name: string, data: Float32Array) => tensors.set(name, { dtype: "F32", shape: [data.length], data });
  const { parameters, momentum, statistics, averageParameters, averageStatistics, results, ...progress } = state;
  for (const [name, data] of Object.entries({
    parameters,
    momentum,
    statistics,
    averageParameters,
    averageStatistics,
  })) {
    flat(name, data);
  }
  for (const [phase, result] of Object.entries(results)) {
    flat(`results.${phase}.parameters`, result.parameters);
    flat(`results.${phase}.statistics`, result.statistics);
  }
  const metadata = { format: "nas4cim-checkpoint", version: "1", ...owner, progress: JSON.stringify(progress) };
  writeFileAtomic(checkpointPath(folder), writeSafetensors(tensors, metadata));
}

/** Removes the checkpoint in a folder, where there is one. */
export function removeCheckpoint(folder: string): void {
  rmSync(checkpointPath(folder), { force: true });
}

/**
 * Reads the state in a folder, or undefined where there is none.
 * @throws NAS_TRAIN_CHECKPOINT where it is damaged, or belongs to another recipe, other images or another engine.
 */
export function readCheckpoint(folder: string, owner: CheckpointOwner): TrainState | undefined {
  const path = checkpointPath(folder);
  if (!existsSync(path)) return undefined;
  const { tensors, metadata } = readFile(path);
  for (const [what, name] of [
    ["recipeHash", "recipe"],
    ["dataSha256", "set of training images"],
  ] as const) {
    if (metadata[what] === owner[what]) continue;
    throw new NasError("NAS_TRAIN_CHECKPOINT", `${path} belongs to another ${name}`, {
      hint: "train into another folder, or without --resume to begin anew",
      context: { file: path, expected: owner[what], found: metadata[what] },
    });
  }
  // Checkpoints that do not say are older than the second engine.
  const engine = metadata.engine ?? "tfjs-node";
  if (engine !== owner.engine) {
    throw new NasError("NAS_TRAIN_CHECKPOINT", `${path} was begun on the engine ${engine}, this is ${owner.engine}`, {
      hint: `set NAS4CIM_ENGINE=${engine} to go on, or train into another folder, or without --resume to begin anew`,
      context: { file: path, expected: owner.engine, found: engine },
    });
  }
  const flat = (name: string): Float32Array => {
    const tensor = tensors.get(name);
    return tensor?.dtype === "F32" ? tensor.data : damaged(path, `tensor "${name}" is missing`);
  };
  const results: TrainState["results"] = {};
  for (const phase of ["teacher", "float"] as const) {
    if (!tensors.has(`results.${phase}.parameters`)) continue;
    results[phase] = {
      parameters: flat(`results.${phase}.parameters`),
      statistics: flat(`results.${phase}.statistics`),
    };
  }
  return {
    ...(JSON.parse(metadata.progress) as Pick<TrainState, "phase" | "epoch" | "step" | "running" | "log">),
    parameters: flat("parameters"),
    momentum: flat("momentum"),
    statistics: flat("statistics"),
    averageParameters: flat("averageParameters"),
    averageStatistics: flat("averageStatistics"),
    results,
  };
}

function readFile(path: string): ReturnType<typeof readSafetensors> {
  let content: ReturnType<typeof readSafetensors>;
  try {
    content = readSafetensors(Uint8Array.from(readFileSync(path)), path);
  } catch (error) {
    return damaged(path, isNasError(error) ? error.message : "it cannot be read", error);
  }
  const { format, version } = content.metadata;
  if (format !== "nas4cim-checkpoint" || version !== "1") damaged(path, "it is no checkpoint of version 1");
  return content;
}

function damaged(path: string, what: string, cause?: unknown): never {
  throw new NasError("NAS_TRAIN_CHECKPOINT", `the checkpoint ${path} cannot be used: ${what}`, {
    hint: "train without --resume to begin anew",
    context: { file: path },
    cause,
  });
}
