import type { RunContents } from "../record/run-contents.js";
import type { RunDocument, MacroSummary } from "../record/run-document.js";

/**
 * "running": a live process works on it. "interrupted": it stopped before its end and can be resumed; a run whose process
 * was killed shows so without anybody having written it. "failed": it ended with an error. "finished": its document is there.
 * "damaged": what is there is not what was written; nothing of it is shown.
 */
export type RunStatus = "running" | "interrupted" | "failed" | "finished" | "damaged";

/** What is known of a run in its first moment. */
export interface NewRun {
  /** Letters, digits, - and _, at most 64; made from `startedAt` where absent. */
  id?: string;
  /** The whole configuration, plain JSON. */
  configuration: unknown;
  seed: number;
  /** name -> version of what takes part. */
  versions: Record<string, string>;
  subject: RunMacro;
  reference: RunMacro;
  /** ISO 8601, UTC. */
  startedAt: string;
}

/** A macro of a run: its name in the config, and who it is once it was open. */
export type RunMacro = Pick<MacroSummary, "name"> & Partial<MacroSummary>;

/** What a run works on and with, known when all is loaded and open. */
export interface RunFacts {
  configuration: unknown;
  contents: RunContents;
  /** See RunProvenance. */
  configHash: string;
  subject: MacroSummary;
  reference: MacroSummary;
}

/** One run as the store keeps it, its document aside. */
export interface StoredRun extends NewRun {
  id: string;
  status: RunStatus;
  /** What decides its codes, by content: absent before all was loaded, and in runs that a nas4cim before 0.2 started. */
  contents?: RunContents;
  /** Absent before all was loaded. */
  configHash?: string;
  networkHash?: string;
  dataFingerprint?: string;
  finishedAt?: string;
  /** Why it failed or was interrupted, where somebody said so. */
  failure?: { code?: string; message?: string };
  /** Words that people gave it, sorted; and one remark. */
  tags: string[];
  note?: string;
  /** Who works on it, or worked on it last. */
  claim?: { processId: number; claimedAt: string };
  /** Set where the run is finished. */
  headline?: RunHeadline;
}

/** The figures a list of runs shows. Shares are fractions. */
export interface RunHeadline {
  network: string;
  dataset: string;
  images: number;
  subjectFraction: number;
  referenceFraction: number;
  /** Subject minus reference with its 95 % interval. */
  differenceFraction: number;
  differenceInterval95: [low: number, high: number];
  agreementShare: number;
  resultHash: string;
}

/** Takes the figures of a list from a whole document. */
export function headlineOf(document: RunDocument): RunHeadline {
  return {
    network: document.network.name,
    dataset: document.dataset.name,
    images: document.images,
    subjectFraction: document.accuracy.subject,
    referenceFraction: document.accuracy.reference,
    differenceFraction: document.difference.fraction,
    differenceInterval95: document.difference.interval95,
    agreementShare: document.agreement.share,
    resultHash: document.run.resultHash,
  };
}

/** One saved piece of work: what a resumed run takes up again. */
export interface StoredStep {
  key: string;
  json?: unknown;
  blobs: Record<string, Uint8Array>;
  seconds: number;
}
