import { existsSync, readFileSync } from "node:fs";
import { writeFileAtomic } from "../../base/atomic-file.js";
import { isNasError, NasError } from "../../base/errors.js";
import { readSafetensors, type Tensor, writeSafetensors } from "../../network/safetensors.js";

/** α at one moment of a stage's training, with the losses of the steps since the one before. */
export interface Snapshot {
  /** Steps done. */
  step: number;
  taskLoss: number;
  distillationLoss: number;
  coefficientLoss: number;
  /** Share of images that the module, in the teacher, classified rightly. */
  accuracy: number;
  /** Softmax of α: [layers][operators]. */
  shares: number[][];
}

/** How far a stage's training is: going on from here gives what an uninterrupted training gives. */
export interface StageProgress {
  /** Flat tensors by name; see StageState. */
  tensors: Record<StageTensor, Float32Array>;
  step: number;
  snapshots: Snapshot[];
  /** Sums over the steps since the last snapshot. */
  running: { steps: number; taskLoss: number; distillationLoss: number; coefficientLoss: number; correct: number };
}

/** The tensors that a stage's training moves. */
export const stageTensors = [
  "parameters",
  "momentum",
  "statistics",
  "coefficients",
  "coefficientMean",
  "coefficientSquare",
] as const;
export type StageTensor = (typeof stageTensors)[number];

/** Writes the state of a stage, whole or not at all. `owner`: what it belongs to, as a hash. */
export function writeStage(path: string, progress: StageProgress, owner: string): void {
  const { tensors, ...rest } = progress;
  const entries = stageTensors.map((name): [string, Tensor] => [
    name,
    { dtype: "F32", shape: [tensors[name].length], data: tensors[name] },
  ]);
  const metadata = { format: "nas4cim-search-stage", version: "1", owner, progress: JSON.stringify(rest) };
  writeFileAtomic(path, writeSafetensors(new Map(entries), metadata));
}

/**
 * The state of a stage, or undefined where there is none.
 * @throws NAS_SEARCH_RESUME where it is damaged or belongs to another search
 */
export function readStage(path: string, owner: string): StageProgress | undefined {
  if (!existsSync(path)) return undefined;
  let content: ReturnType<typeof readSafetensors>;
  try {
    content = readSafetensors(Uint8Array.from(readFileSync(path)), path);
  } catch (error) {
    return refuse(path, isNasError(error) ? error.message : "it cannot be read", error);
  }
  const { metadata } = content;
  if (metadata.format !== "nas4cim-search-stage" || metadata.version !== "1")
    refuse(path, "it is no stage of version 1");
  if (metadata.owner !== owner) refuse(path, "it belongs to another search");
  const flat = (name: StageTensor): Float32Array => {
    const tensor = content.tensors.get(name);
    return tensor?.dtype === "F32" ? tensor.data : refuse(path, `tensor "${name}" is missing`);
  };
  const tensors = Object.fromEntries(stageTensors.map((name) => [name, flat(name)])) as StageProgress["tensors"];
  return { tensors, ...(JSON.parse(metadata.progress) as Omit<StageProgress, "tensors">) };
}

function refuse(path: string, why: string, cause?: unknown): never {
  throw new NasError("NAS_SEARCH_RESUME", `the search cannot go on from ${path}: ${why}`, {
    hint: "start a new search, or remove the file: the stage then begins anew",
    context: { file: path },
    cause,
  });
}
