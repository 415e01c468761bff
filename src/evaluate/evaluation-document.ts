import type { Accuracy } from "../record/run-document.js";

/** What `nas4cim eval --json` prints; docs/evaluation-document.md tells every field. Shares are fractions, 0 … 1. */
export interface EvaluationDocument {
  format: "nas4cim-evaluation";
  version: 1;
  network: { name: string; folder: string; hash: string; parameters: number; macs: number };
  dataset: {
    name: string;
    split: string;
    /** Which images were asked for: "full", "ci", "500". */
    selection: string;
    officialCount: number;
    location: string;
    /** Set where the copy is not the official one: what is missing or different. */
    caveat?: string;
    /** Of these very images. */
    fingerprint: string;
  };
  /** How many images every share below was measured on. */
  images: number;
  results: ArithmeticResult[];
  /** What a reader must know before believing the figures, one sentence each. */
  notes: string[];
  /** Of nas4cim, Node and the engine's packages. */
  versions: Record<string, string>;
}

/** The stored weights without any quantizer, or the integers that a macro gets of them. */
export type Arithmetic = "float" | "integer";

/** What the network says in one arithmetic. */
export interface ArithmeticResult {
  arithmetic: Arithmetic;
  accuracy: Accuracy;
  /** In the order of the labels; `images` of the class, of which `correct` are right. */
  classes: ({ name: string; images: number } & Accuracy)[];
  /** By the mean of the logits of each image and its mirror image: another classifier than the network alone. */
  testTimeFlip?: Accuracy;
  weightNoise?: WeightNoiseResult;
  /** What the network's folder says of the same images; absent where it tells nothing about them. */
  stored?: StoredAnswers;
}

/** Accuracies under several draws of Gaussian weight noise. */
export interface WeightNoiseResult {
  /** Standard deviation over the largest |w| of the layer. */
  relativeSigma: number;
  seed: number;
  /** Draw i is keyed by (seed, i, layer). */
  draws: Accuracy[];
  meanFraction: number;
  /** Of the draws' fractions, with n − 1; absent for a single draw. */
  standardDeviation?: number;
}

/**
 * Predictions kept beside the weights, held against those made now. Those in float are of the float phase, whose weights
 * are not kept where LSQ came after it.
 */
export interface StoredAnswers extends Accuracy {
  /** Images on which the kept prediction is the one made now. */
  equalPredictions: number;
  /** Whether the count of right answers is the same. */
  reproduced: boolean;
}
