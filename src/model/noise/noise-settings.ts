import type { EffectKeys } from "../../device/effects/all-effects.js";
import type { Conditions } from "../../device/effects/effect.js";
import type { MacroSpec } from "../../macro/macro.js";

/** What hardware does to a network while it trains; gradients pass as if it were not there (straight through). */
export interface NoiseSettings {
  /** Gaussian error on the weights of every layer, drawn anew each step. */
  weights?: {
    /** Standard deviation as a share of the layer's largest |weight|, as NeuRRAM's authors count (Wan et al., Nature 2022). */
    relativeSigma: number;
  };
  /** Gaussian error on what leaves every layer's converters, drawn anew each step. */
  sums?: {
    /** Standard deviation as a share of the layer's largest |sum| in the batch. */
    relativeSigma: number;
  };
  /** The arrays that hold the weights; without it neither cells nor converters can be told. */
  macro?: ArrayGeometry;
  /** The chip that holds them: the simulator's own effects. */
  cells?: CellSettings;
  /** Converters as the macro's: sums are taken tile by tile, bit plane by bit plane, weight slice by weight slice. */
  adc?: AdcSettings;
}

/** As much of a macro's specification as decides which cells a weight gets. */
export type ArrayGeometry = Pick<MacroSpec, "arrayRows" | "arrayColumns" | "cellBits" | "differential">;

/**
 * A chip as its chip file has it (ChipCharacter), asked at a time and temperature of choice: at once at 25 °C unless told.
 * Effects at the converter and at each read need `adc`.
 */
export interface CellSettings extends EffectKeys, Partial<Conditions> {
  chipSeed: number;
  /** The chip is written anew every so many steps; in between every weight keeps its error. */
  redrawSteps: number;
}

/** Converters; a conversion gives clip(⌊sum / stepLevels + ½⌋), in levels: × stepLevels. */
export interface AdcSettings {
  bits: number;
  /** Levels of cell conductance to one ADC step. */
  stepLevels: number;
}
