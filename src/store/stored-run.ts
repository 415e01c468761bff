import type { RunDocument, MacroSummary } from "../record/run-document.js";

/**
 * "running": a live process works on it. "interrupted": it stopped before its end and can be resumed; a run whose process
 * was killed shows so without anybody having written it. "failed": it ended with an error. "finished": its document is there.
 */
export type RunStatus = "running" | "interrupted" | "failed" | "finished";

/** What a run starts with. */
export interface NewRun {
  /** Letters, digits, - and _, at most 64; made from `startedAt` where absent. */
  id?: string;
  /** The whole configuration, plain JSON. */
  configuration: unknown;
  configHash: string;
  networkHash: string;
  dataFingerprint: string;
  seed: number;
  /** name -> version of what takes part. */
  versions: Record<string, string>;
  subject: MacroSummary;
  reference: MacroSummary;
  /** ISO 8601, UTC. */
  startedAt: string;
}

/** One run as the store keeps it, its document aside. */
export interface StoredRun extends NewRun {
  id: string;
  status: RunStatus;
  finishedAt?: string;
  /** Why it failed or was interrupted, where somebody said so. */
  failure?: { code?: string; message?: string };
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
