/**
 * "running": a live process searches. "interrupted": it stopped before its end and can be resumed; one whose process was
 * killed shows so without anybody having written it. "failed": it ended with another error. "done": all candidates are
 * judged.
 */
export type SearchStatus = "running" | "interrupted" | "failed" | "done";

/** What a search starts with. */
export interface NewSearch {
  /** Letters, digits, - and _, at most 64; made from `startedAt` where absent. */
  id?: string;
  /** Name of the search space. */
  space: string;
  dataset: string;
  seed: number;
  /** The whole of what decides the result, plain JSON, and its content hash. */
  settings: unknown;
  settingsHash: string;
  teacherHash: string;
  /** SHA-256 of the images that are searched on. */
  dataFingerprint: string;
  /** name -> version of what takes part. */
  versions: Record<string, string>;
  /** ISO 8601, UTC. */
  startedAt: string;
}

/** One search as the store keeps it, its stages and candidates aside. */
export interface StoredSearch extends NewSearch {
  id: string;
  status: SearchStatus;
  /** When it was done, or stopped for the last time; absent after a kill. */
  endedAt?: string;
  /** Why it stopped, where somebody said so. */
  failure?: { code?: string; message?: string };
  /** Who works on it, or worked on it last. */
  claim?: { processId: number; claimedAt: string };
  stagesDone: number;
  candidates: number;
}

/** One candidate of the ledger: a network that was assembled, and its cost, or why it has none. */
export interface SearchCandidate {
  /** Place in the order of task significance, from 0. */
  place: number;
  /** Its text without empty layers: "[c3][r5m16][c5]". */
  network: string;
  /** The operator of each layer, by its place in the space's list. */
  choice: number[];
  /** Sum of the logarithms of its operators' task significance. */
  score: number;
  parameters?: number;
  macs?: number;
  latencyMs?: number;
  energyMillijoule?: number;
  edp?: number;
  areaMm2?: number;
  failure?: { code: string; message: string };
}

/** A search with all that it found: what `nas4cim show <search> --json` prints; docs/search-record.md tells every field. */
export interface SearchDocument {
  format: "nas4cim-search";
  version: 1;
  search: StoredSearch;
  /** What each stage's training came to, in order; see StageRecord in src/search. */
  stages: unknown[];
  candidates: SearchCandidate[];
  /** What was chosen so far, newest last. */
  selections: unknown[];
}
