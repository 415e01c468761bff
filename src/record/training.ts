/**
 * "running": a live process trains. "interrupted": it stopped before its end and can be resumed; one whose process was killed
 * shows so without anybody having written it. "diverged": the loss became no number. "failed": it ended with another error.
 * "done": the network is written.
 */
export type TrainingStatus = "running" | "interrupted" | "diverged" | "failed" | "done";

/** What a training starts with. */
export interface NewTraining {
  /** Letters, digits, - and _, at most 64; made from `startedAt` where absent. */
  id?: string;
  /** The recipe's file, as a person finds it again. */
  recipeName: string;
  /** The whole recipe, plain JSON, and its content hash. */
  recipe: unknown;
  recipeHash: string;
  network: string;
  /** With what the images are, where they are not the official ones: "cifar-10: 5,085 of the 50,000 official training images". */
  dataset: string;
  seed: number;
  /** SHA-256 of the training images and labels. */
  dataSha256: string;
  /** Absolute: where the network goes. */
  outputFolder: string;
  /** What the recipe plans, in order. */
  phases: { phase: string; epochs: number }[];
  /** name -> version of what takes part. */
  versions: Record<string, string>;
  /** ISO 8601, UTC. */
  startedAt: string;
}

/** One training as the store keeps it, its epochs aside. */
export interface StoredTraining extends NewTraining {
  id: string;
  status: TrainingStatus;
  /** When it was done, or stopped for the last time; absent after a kill. */
  endedAt?: string;
  /** Why it stopped, where somebody said so. */
  failure?: { code?: string; message?: string };
  /** Who works on it, or worked on it last. */
  claim?: { processId: number; claimedAt: string };
  /** Epochs that are in the store. */
  epochsDone: number;
  /** Set where it is done. */
  result?: TrainingResult;
}

/** What came of a training, on the whole test set. */
export interface TrainingResult {
  parameters: number;
  testImages: number;
  floatCorrect: number;
  quantizedCorrect: number;
}

/** One epoch of a training. */
export interface TrainingEpoch {
  /** "teacher", "float" or "quantized". */
  phase: string;
  /** From 1 in each phase. */
  epoch: number;
  /** Means over the epoch's images, while the weights moved. */
  loss: number;
  trainAccuracy: number;
  /** Of the averaged weights on the images kept back, where some are. */
  heldOutAccuracy?: number;
  /** Wall time of the epoch without its evaluation. */
  seconds: number;
  /** By the recipe's schedule, in the middle of the epoch; a network's own log does not tell it. */
  learningRate?: number;
}

/** A training with its epochs: what `nas4cim show <training> --json` prints; docs/training-record.md tells every field. */
export interface TrainingDocument {
  format: "nas4cim-training";
  version: 1;
  training: StoredTraining;
  epochs: TrainingEpoch[];
}
