import type { MacroCondition } from "./condition.js";

/**
 * The contract that every compute-in-memory macro meets: a board over serial, a simulated chip, a recording.
 * Integers in, integers out: no float and no scale crosses this line; scales, zero points and sums over tiles belong to
 * network/ and mapping/. That makes board, simulator and recording comparable code by code.
 *
 * A macro is open when you hold it and closed by `await using`. Jobs hold it behind its guard (guarded.ts), which checks
 * every call and every answer, and lets no more calls in at once than the spec allows; a driver holds its own work alone.
 * Results never depend on the order of calls, on how a batch is split, or on threads. Whoever makes a call leaves its
 * arrays alone until it has ended.
 */
export interface Macro extends AsyncDisposable {
  readonly spec: MacroSpec;
  readonly identity: MacroIdentity;
  /** Sets the ADC step of arrays. Takes effect for every later compute on them. */
  configure(settings: MacroSettings, call?: CallOptions): Promise<void>;
  /** Programs one tile into one array, which forgets what it held. The report tells what write-verify could not reach. */
  program(image: TileImage, call?: CallOptions): Promise<ProgramReport>;
  /** The levels of the cells of an array's programmed region, as they read now (nearest level). */
  readback(array: number, call?: CallOptions): Promise<TileImage>;
  /** A batch of matrix-vector products on one array. */
  compute(inputs: InputBlock, call?: CallOptions): Promise<OutputBlock>;
  /** How it is at this moment; overtakes other calls. */
  condition?(): Promise<MacroCondition>;
  /** Emergency stop: no write pulse after it, whatever waits. It holds until `release`. */
  stop?(): Promise<void>;
  release?(): Promise<void>;
}

/** All a mapper may ask about a macro. */
export interface MacroSpec {
  /** Contract version. Drivers of contract 1 are adapted (contract-1.ts), others refused. */
  contract: 2;
  /** Physical word lines and bit lines of one array. */
  arrayRows: number;
  arrayColumns: number;
  /** Arrays that hold tiles at the same time. */
  arrays: number;
  /** A cell holds the levels 0 … 2^cellBits − 1. */
  cellBits: number;
  /** Widest unsigned input that the macro feeds bit by bit through its 1-bit DACs, 1 … 8. */
  inputBits: number;
  adcBits: number;
  /**
   * How a signed weight sits in the array, and who subtracts:
   * - "row-pair": word lines 2i and 2i+1 carry +x and −x; a bit line sums both; codes are signed.
   * - "column-pair": bit lines 2j (+) and 2j+1 (−) are subtracted before the ADC; one signed code a pair.
   * - "host": bit lines 2j (+) and 2j+1 (−) have an unsigned code each; the host subtracts.
   */
  differential: "row-pair" | "column-pair" | "host";
  /** Whether the macro adds the codes of an input's bit planes itself (`want: "sums"`). */
  shiftAdd: boolean;
  /** Levels per ADC step that can be configured, ascending powers of two. */
  adcStepLevels: readonly number[];
  /** Most vectors in one compute call. */
  maxVectors: number;
  /** Calls that the driver takes at once, at least 1; the guard holds further ones back. Left out: one after the other. */
  parallelCalls?: number;
}

/** Who answers. */
export interface MacroIdentity {
  driver: string;
  kind: "virtual" | "silicon" | "recording";
  chipId: string;
  /** One line for a person. */
  description: string;
  /** Of a recording: what was recorded. Absent where the recording does not tell. */
  recorded?: RecordedMacro;
}

/** What a recording is of. */
export interface RecordedMacro {
  /** As the driver said when it was recorded. */
  kind: "virtual" | "silicon";
  driver: string;
  /** The seed of the recorded run; absent in recordings of nas4cim before 0.2. */
  seed?: number;
}

export type { LinkCondition, MacroCondition } from "./condition.js";

export interface CallOptions {
  /** Where it fires, the call fails with NAS_INTERRUPTED as soon as the macro is at a safe place, or ends as ever. */
  signal?: AbortSignal;
  /** What a simulation keys its chances by. A board ignores it. */
  keys?: SimulationKeys;
}

/**
 * What names a call's work whatever the order of calls, so that a simulation draws the same chances for the same work.
 * Each is 0 where it is left out.
 */
export interface SimulationKeys {
  /**
   * To program: the tile's number in its placement, 0 … 2^32 − 1. It names the same weights on whatever array they sit,
   * and keys write errors, and the read noise until the array is programmed anew.
   */
  tile?: number;
  /**
   * To compute: place of the first vector in the job's whole stream of vectors for this tile (image × positions +
   * position), 0 … 2^28 − vectors. It keys read noise, so that a batch may be split anywhere.
   */
  firstVector?: number;
  /** To compute: which reading of the same stream this is, counted from 0, up to 2^32 − 1. Each draws its read noise anew. */
  repeat?: number;
}

/** Levels per ADC step of the arrays named, out of spec.adcStepLevels. */
export interface MacroSettings {
  adcStepLevels: readonly { array: number; levels: number }[];
}

/** Target (or read) levels of one tile. It starts at the array's origin. */
export interface TileImage {
  array: number;
  /** Physical rows and columns in use; in pairs where the spec's differential says so. */
  rows: number;
  columns: number;
  /** [rows × columns], row by row, 0 … 2^cellBits − 1. */
  levels: Uint8Array;
}

export interface ProgramReport {
  cells: number;
  /** Cells whose final level misses the target by half a level or more. */
  cellsOutOfTolerance: number;
  /** Write pulses spent, where the macro counts them. */
  pulses?: number;
}

/** A batch of unsigned input vectors for one array. */
export interface InputBlock {
  array: number;
  vectors: number;
  /** Logical rows: the tile's physical rows, halved for row pairs. */
  rows: number;
  /** Bits of an input, 1 … spec.inputBits. */
  bits: number;
  /** [vectors × rows], 0 … 2^bits − 1. */
  data: Uint8Array;
  /** "codes": every conversion. "sums": bit planes added with their weights on the macro; wants spec.shiftAdd. */
  want: "codes" | "sums";
}

/** What the ADCs said. Outputs: programmed columns, halved for column pairs subtracted on the macro. */
export interface OutputBlock {
  vectors: number;
  outputs: number;
  /**
   * want "codes": [vectors × bits × outputs], planes from the least significant bit on.
   * want "sums": [vectors × outputs], Σ over planes of code × 2^plane.
   */
  values: Int32Array;
  /** Conversions in this block whose code stood at a rail of the ADC; see isRail. */
  saturated: number;
}

/** A macro as errors call it. */
export function nameOf({ driver, chipId }: MacroIdentity): string {
  return `macro ${driver}:${chipId}`;
}

/** Lowest and highest ADC code. */
export function adcRails(spec: Pick<MacroSpec, "adcBits" | "differential">): { low: number; high: number } {
  const span = 2 ** spec.adcBits;
  return spec.differential === "host" ? { low: 0, high: span - 1 } : { low: -span / 2, high: span / 2 - 1 };
}

/** Whether a code stands at a rail, where the true sum may lie beyond it. An unsigned code of 0 does not: nothing is below. */
export function isRail(code: number, rails: { low: number; high: number }): boolean {
  return code === rails.high || (code === rails.low && rails.low < 0);
}

/** Logical inputs of a tile of so many physical rows. */
export function logicalRows(spec: Pick<MacroSpec, "differential">, physicalRows: number): number {
  return spec.differential === "row-pair" ? physicalRows / 2 : physicalRows;
}

/** ADC outputs of a tile of so many physical columns. */
export function adcOutputs(spec: Pick<MacroSpec, "differential">, physicalColumns: number): number {
  return spec.differential === "column-pair" ? physicalColumns / 2 : physicalColumns;
}
