import type { Population } from "./population.js";
import type { RunContents } from "./run-contents.js";

/**
 * The result of one run: what `nas4cim run --json` prints, what the store keeps and what the report draws.
 * Documented in docs/run-document.md. A reader refuses versions it does not know; version 1 has no `run.contents`.
 *
 * Everything outside `run.startedAt`, `run.id`, `run.host`, `run.versions`, `timing` and where things lay is determined by
 * `run.contents`; `run.resultHash` is the hash of that (result-hash.ts).
 */
export interface RunDocument {
  format: "nas4cim-run";
  version: 1 | 2;
  run: RunProvenance;
  /** How many images every accuracy below was measured on. */
  images: number;
  dataset: { name: string; split: string; selection: string; officialCount: number; location: string; caveat?: string };
  network: { name: string; parameters: number; macs: number };
  /** Fractions, 0 … 1; `accuracies` has their counts and intervals. */
  accuracy: { float?: number; integer: number; reference: number; subject: number };
  accuracies: {
    /** The float network's: quoted from the network's provenance for these very images. Absent where it tells nothing about them. */
    float?: Accuracy & { origin: "provenance" };
    /** The quantized network in exact integers: no array, no ADC. */
    integer: Accuracy;
    reference: Accuracy;
    subject: Accuracy;
  };
  /** SHA-256 over the predicted classes, one byte an image, in the images' order. Absent in version 1. */
  predictionHashes?: { integer: string; reference: string; subject: string };
  /** ADC offsets taken out of all sums; absent where they were not to be. */
  offsetCorrection?: OffsetCorrection;
  /** The subject's accuracy over chips of its calibration; absent where the run is of one chip. */
  population?: ChipPopulation;
  difference: PairedDifference;
  agreement: { share: number; interval95: Interval; cohenKappa: number };
  confusion: { classNames: string[]; /** [true class][predicted class] */ subject: number[][]; reference: number[][] };
  layers: LayerResult[];
  hardware: HardwareUse;
  tiles: TileUse[];
  /** One inference by the cost model, at the network's own bits; absent where the model cannot map it. Outside the result hash. */
  cost?: RunCost;
  timing: {
    steps: StepTiming[];
    /** Subject and reference inference, images per second of wall time. */
    imagesPerSecond: number;
  };
}

export interface RunProvenance {
  id: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** SHA-256 of what the run is asked to do: `contents` without the drivers' code. In version 1 of the configuration, paths and all. */
  configHash: string;
  /** What decides the result, by content. Absent in version 1. */
  contents?: RunContents;
  networkHash: string;
  dataFingerprint: string;
  seed: number;
  subject: MacroSummary;
  reference: MacroSummary;
  /** SHA-256 of the contents and of what came out. */
  resultHash: string;
  versions: { nas4cim: string; node: string };
  host: { platform: string; arch: string; cpus: number };
  /** Where config and network lay on that machine, absolute paths; no config where it is the one that comes with nas4cim. Absent in version 1. */
  places?: { config?: string; network: string };
}

/** A network's figures by the cost model (docs/cost-model.md); EDP in ms·mJ. */
export interface RunCost {
  profile: string;
  schedule: string;
  /** Its name. */
  hardware: string;
  latencyMs: number;
  energyMillijoule: number;
  edp: number;
  areaMm2: number;
  tiles: number;
  /** Processing elements with weights. */
  pes: number;
}

/** Who answered, and what it is: a virtual chip is called so. */
export interface MacroSummary {
  /** The name in bench.config.json. */
  name: string;
  driver: string;
  /** As its driver says: "virtual" for anything simulated, "silicon" for a board, "recording" for a replay. */
  kind: "virtual" | "silicon" | "recording";
  chipId: string;
  description: string;
  /** Of a recording: what was recorded, as its driver said then, and the seed of that run. Absent where the recording does not tell. */
  recorded?: { kind: "virtual" | "silicon"; driver: string; seed?: number };
}

/** ADC offsets that were read with an input of zero and taken out of every sum that the digital side decoded. */
export interface OffsetCorrection {
  subject: OffsetReadings | NoReadings;
  reference: OffsetReadings | NoReadings;
  /** What the subject's accuracy is without it, on the run's first images; absent where nothing was corrected. */
  without?: {
    images: number;
    uncorrected: Accuracy;
    corrected: Accuracy;
    /** Corrected minus uncorrected, on the same images: `subjectOnly` are right with the correction alone. */
    difference: PairedDifference;
  };
}

/** Why a macro's offsets are not corrected. */
export interface NoReadings {
  absent: string;
}

export interface OffsetReadings {
  /** Conversions of each ADC that its offset is the mean of. */
  conversions: number;
  /** Root mean square of the offsets found, in ADC steps. */
  rmsSteps: number;
  /** What is left of them, root mean square, in ADC steps: the error of the mean and what rounding hides. */
  residualSteps: number;
  /** ADCs whose offset does not show (most codes stood at an end of the range), and all. */
  hidden: number;
  adcs: number;
  tiles: {
    tile: number;
    /** Levels per ADC step while they were read. The offset, in ADC steps, is taken to be the same at every step. */
    adcStepLevels: number;
    /** [ADC outputs] codes added over all conversions. */
    codeSums: number[];
  }[];
}

/** A population with what each of its chips got right. */
export interface ChipPopulation extends Population {
  /** In the order of the chips; the first is the subject. */
  byChip: {
    chipId: string;
    /** Images that each writing got right, and the SHA-256 of its predicted classes. */
    correct: number[];
    predictionHashes: string[];
  }[];
}

/** A share with its Wilson 95 % interval. Shares are fractions, 0 … 1. */
export interface Accuracy {
  correct: number;
  fraction: number;
  interval95: Interval;
}

export type Interval = [low: number, high: number];

/** Subject minus reference on the same images. */
export interface PairedDifference {
  /** Fraction: accuracy of the subject minus that of the reference. */
  fraction: number;
  /** 95 % interval of the paired difference. */
  interval95: Interval;
  /** Images only the subject got right, and only the reference. */
  subjectOnly: number;
  referenceOnly: number;
  /** McNemar's test: exact binomial below 25 discordant images, chi-square with continuity correction from there. */
  mcnemarP: number;
  mcnemarMethod: "exact" | "chi-square";
}

/** One matrix layer: the same inputs (exact activations of the quantized network) given to both macros, code by code. */
export interface LayerResult {
  id: string;
  op: "conv" | "fc";
  /** Logical rows (inputs of one output) and outputs of the weight matrix; weight slices of each output. */
  rows: number;
  outputs: number;
  slices: number;
  tiles: number;
  inputBits: number;
  weightBits: number;
  /** Programmed cells, both polarities counted. */
  cells: number;
  adcConversionsPerImage: number;
  /** Levels per ADC step, one for each tile, powers of two. */
  adcStepLevels: number[];
  codes: CodeComparison;
  /** Share of clipped conversions over all images of the run, each macro on its own activations. */
  clippedShare: { subject: number; reference: number };
}

/** Raw ADC codes of subject against reference, over `images` images. Errors are subject − reference in ADC steps (LSB). */
export interface CodeComparison {
  images: number;
  codes: number;
  rmseLsb: number;
  meanErrorLsb: number;
  maxAbsErrorLsb: number;
  /** Sum of squared errors over sum of squared reference codes. */
  nmse: number;
  /** Share of codes that are equal. */
  equalShare: number;
  clippedShare: { subject: number; reference: number };
  /** counts[i] = conversions with error firstError + i; errors beyond the ends are in the end bins. */
  errorHistogram: { firstError: number; counts: number[] };
  /** Joint counts of (reference code, subject code), the most frequent pairs first, at most 4,000. */
  scatter: { reference: number[]; subject: number[]; count: number[] };
}

export interface HardwareUse {
  arrayRows: number;
  arrayColumns: number;
  arraysAvailable: number;
  tiles: number;
  /** Times the whole macro is programmed anew to hold all tiles in turn; 1 where all fit at once. */
  rounds: number;
  cells: number;
  adcConversionsPerImage: number;
  /** Programmed cells over cells of the tiles in use. */
  utilisation: number;
  adcBits: number;
  cellBits: number;
}

/** One tile on one array. */
export interface TileUse {
  tile: number;
  layer: string;
  round: number;
  array: number;
  /** Physical rows and columns in use, from the array's origin. */
  rows: number;
  columns: number;
  /** Write-verify's truth: cells that missed their target, stuck cells among them. */
  cellsOutOfTolerance: number;
}

export interface StepTiming {
  step: string;
  seconds: number;
}
