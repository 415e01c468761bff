import type { EffectKeys } from "./effects/all-effects.js";

/**
 * What distinguishes one chip from an ideal one, as a calibration would find it. A file of this form is
 * calibration/<chip>/<date>/chip.json. One level is one step between neighbouring conductance states of a cell. The sizes
 * of its imperfections are the keys of the effects (effects/all-effects.ts); what it leaves out, it does not have.
 */
export type ChipCharacter = ChipFacts & EffectKeys;

export interface ChipFacts {
  format: "nas4cim-chip";
  version: 1;
  chipId: string;
  /** Where the numbers come from, for a person. */
  source: string;
  /** Keys this chip's own defects: which cells are stuck, each column's ADC offset and gain. */
  chipSeed: number;
}

/** The chip that simulation promises: every cell at its target, every ADC exact, no noise. */
export function idealCharacter(): ChipCharacter {
  return { format: "nas4cim-chip", version: 1, chipId: "ideal", source: "by definition", chipSeed: 0 };
}
