import type { ChipKey } from "./chip-key.js";

/**
 * One imperfection of a chip: what a file of this folder states. `effects` (all-effects.ts) lists them in the order in
 * which they act; the simulated chip, the reader of chip files and training under noise take them from there.
 */
export type Effect<Keys extends object = object> = EffectFacts<Keys> &
  (CellEffect<Keys> | ArrayEffect<Keys> | ConverterEffect<Keys> | ReadEffect<Keys>);

export interface EffectFacts<Keys extends object> {
  /** Its file's name. */
  name: string;
  /** What it does, in symbols that the file explains. */
  equation: string;
  /** Where the equation, and the sizes that are usual, come from. */
  source: string;
  /** Where it holds, and what it leaves out. */
  validRange: string;
  /** Its keys in a chip file, with units and ranges. A chip that leaves them out does not have the effect. */
  keys: { readonly [Key in keyof Keys]-?: ChipKey };
  /** What its keys ask of each other: a complaint and what to do, or nothing. */
  check?(chip: Partial<Keys>): { message: string; hint: string } | undefined;
  /** Whether a chip has it. */
  isPresent(chip: Partial<Keys>): boolean;
}

/** When a chip is asked, and how warm it is. */
export interface Conditions {
  /** Time since the tile was programmed, ≥ 0. */
  secondsSinceProgramming: number;
  temperatureCelsius: number;
}

/** When and how warm a chip may be asked. */
export const conditionRanges = {
  secondsSinceProgramming: { min: 0, max: 1e9 },
  temperatureCelsius: { min: -40, max: 300 },
} as const satisfies Record<keyof Conditions, { min: number; max: number }>;

/** Asked at once, at room temperature. */
export const freshlyProgrammed: Conditions = { secondsSinceProgramming: 0, temperatureCelsius: 25 };

/** Which writing of which tile, on what chip. */
export interface Writing {
  chipSeed: number;
  /** The run's seed: another one is another writing. */
  seed: number;
  array: number;
  tile: number;
}

/** A cell as an effect sees it. */
export interface Cell {
  /** The level that was to be written. */
  target: number;
  highestLevel: number;
  /** This effect's chance in this cell: the same number however often it is asked for. */
  draw: () => number;
}

/**
 * Changes what single cells hold. It acts once a tile, so its readable form is the one that runs.
 */
export interface CellEffect<Keys extends object> {
  acts: "at programming" | "with time";
  /** The chance of the cell at a place, from keys alone. */
  draw(writing: Writing, row: number, column: number): number;
  /** The cell's conductance after the effect, in levels, ≥ 0. */
  apply(conductanceLevels: number, cell: Cell, chip: Keys, conditions: Conditions): number;
}

/**
 * Makes what a bit line sums depend on more than each cell by itself. Such a chip is computed on the slow path, exactly:
 * kernels/reference.ts with these sums.
 */
export interface ArrayEffect<Keys extends object> {
  acts: "in the array";
  /**
   * What arrives at the foot of one bit line, in levels.
   * @param conductanceLevels the line's cells from its clamped end on
   * @param drive of each cell: 1 or −1 where its word line is on (−1 on the negative line of a row pair), 0 where it is off
   */
  bitLine(conductanceLevels: Float64Array, drive: Int8Array, chip: Keys): number;
}

/** An ADC's place. */
export interface Column {
  chipSeed: number;
  array: number;
  output: number;
}

/** Belongs to one ADC, the same in every conversion. */
export interface ConverterEffect<Keys extends object> {
  acts: "at the converter";
  /** Readable form: the line's value after the effect, in ADC steps. */
  apply(lineSteps: number, column: Column, chip: Keys): number;
  /** Fast form: what it adds to a parameter of the kernel (kernels/tile-kernel.ts). */
  kernel: { form: "gains" | "offsets"; value(column: Column, chip: Keys): number };
}

/** Drawn anew in every conversion: Gaussian noise at the ADC's input. */
export interface ReadEffect<Keys extends object> {
  acts: "at each read";
  /** Readable form: variance in levels² of a line whose active cells hold these conductances. */
  variance(activeLevels: Iterable<number>, chip: Keys): number;
  /** Fast form: a variance of every conversion ("noise"), or one that each active cell adds ("cellNoise"), in levels². */
  kernel:
    | { form: "noise"; variance(chip: Keys): number }
    | { form: "cellNoise"; variance(conductanceLevels: number, chip: Keys): number };
}
