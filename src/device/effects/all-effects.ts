import { adcGain } from "./adc-gain.js";
import { adcOffset } from "./adc-offset.js";
import { bitLineDrop } from "./bit-line-drop.js";
import { cellReadNoise } from "./cell-read-noise.js";
import type { Effect, EffectFacts } from "./effect.js";
import { readNoise } from "./read-noise.js";
import { relaxation } from "./relaxation.js";
import { stuckCells } from "./stuck-cells.js";
import { writeError } from "./write-error.js";

/** All imperfections that a chip file can state, in the order in which they act. A new one is one more line here. */
export const effects = [
  writeError,
  relaxation,
  stuckCells,
  bitLineDrop,
  adcGain,
  adcOffset,
  readNoise,
  cellReadNoise,
] as const;

type KeysOf<Of> = Of extends EffectFacts<infer Keys> ? (keys: Keys) => void : never;

/** The keys of all effects, each optional. */
export type EffectKeys = Partial<KeysOf<(typeof effects)[number]> extends (keys: infer Keys) => void ? Keys : never>;

type Acts = Effect["acts"];
type EffectThat<When extends Acts> = Extract<Effect<EffectKeys>, { acts: When }>;

/** The effects that a chip has and that act then, in order. */
export function effectsOf<When extends Acts>(chip: EffectKeys, ...acts: readonly When[]): EffectThat<When>[] {
  const all = effects as readonly unknown[] as readonly Effect<EffectKeys>[];
  // An effect asks for its own keys; that it is present says that they are there.
  return all.filter(
    (effect): effect is EffectThat<When> => (acts as readonly Acts[]).includes(effect.acts) && effect.isPresent(chip),
  );
}
