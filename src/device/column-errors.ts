import { effectsOf } from "./effects/all-effects.js";
import type { ChipCharacter } from "./virtual-chip.js";

/** What the ADCs of an array do to their lines, by output: line × (1 + gain) + offset. */
export interface ColumnErrors {
  /** Relative gain errors. */
  gains: Float64Array;
  /** In ADC steps. */
  offsets: Float64Array;
}

/** The effects at the converter in the kernel's two forms. */
export function columnErrors(chip: ChipCharacter, array: number, outputs: number): ColumnErrors {
  const errors = { gains: new Float64Array(outputs), offsets: new Float64Array(outputs) };
  for (const { kernel } of effectsOf(chip, "at the converter"))
    for (let output = 0; output < outputs; output++)
      errors[kernel.form][output] += kernel.value({ chipSeed: chip.chipSeed, array, output }, chip);
  return errors;
}
