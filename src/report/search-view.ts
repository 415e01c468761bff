/** What the report of a search shows, as plain data; the search room makes it of a record. Shares are fractions, 0 … 1. */
export interface SearchView {
  id: string;
  startedAt: string;
  /** One line about the space. */
  title: string;
  /** How each operator is written, in the order of every row. */
  operators: readonly string[];
  /** One for each voice that was heard; the first is the task's. */
  voices: readonly SearchVoice[];
  /** How the task's shares came about, one a searched layer. */
  trajectories: readonly SearchTrajectory[];
  candidates: readonly SearchPoint[];
  failures: readonly { network: string; message: string }[];
  selections: readonly { objective: string; network: string }[];
  /** What would be chosen with other K. */
  stability: { tops: readonly number[]; rows: readonly { objective: string; networks: readonly string[] }[] };
  /** Kendall's τ of the task's shares with those of other searches that differ in the seed alone, mean over layers. */
  seeds: readonly { searchId: string; seed: number; tau: number }[];
  facts: readonly [name: string, value: string][];
  versions: Readonly<Record<string, string>>;
}

/** One voice: what it is called, and its significance, [layers][operators]. */
export interface SearchVoice {
  name: string;
  explanation: string;
  rows: readonly (readonly number[])[];
}

export interface SearchTrajectory {
  layer: string;
  steps: readonly number[];
  /** [operators][steps] */
  shares: readonly (readonly number[])[];
}

/** A candidate with its cost, by layer too. */
export interface SearchPoint {
  place: number;
  network: string;
  score: number;
  edp: number;
  latencyMs: number;
  energyMillijoule: number;
  parameters: number;
  macs: number;
  layers: readonly { id: string; energyMillijoule: number; latencyMs: number; tiles: number }[];
}
