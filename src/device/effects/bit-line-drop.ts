import { number } from "./chip-key.js";
import type { ArrayEffect, EffectFacts } from "./effect.js";

export interface BitLineDropKeys {
  /** Resistance of the bit line between two neighbouring cells, times the conductance of one level. */
  bitLineSegmentResistance: number;
}

/**
 * IR drop: the far cells of a bit line see less of the read voltage, the less the more current flows. Word lines switch
 * select transistors, so that a cell whose input is 0 is off, and carry no current themselves.
 *
 * The line is a ladder of segments r with a cell g to its driver at each node and a clamp at one end. Seen from the far
 * end, what lies behind a node is a conductance G with a source that would drive the current I into a short (Norton);
 * a segment divides both by 1 + r·G. So one pass solves the nodal equations exactly.
 */
export const bitLineDrop: EffectFacts<BitLineDropKeys> & ArrayEffect<BitLineDropKeys> = {
  name: "bit-line-drop",
  equation:
    "Kirchhoff at each node i: (v[i−1] − v[i])/r + (v[i+1] − v[i])/r = g[i]·(v[i] − s[i]), v at the clamp 0, line = v[0]/r",
  source:
    "T. P. Xiao et al., IEEE Circuits and Systems Magazine 22 (2022) 26: parasitic resistance of bit lines, gated rows; ladder by Norton's theorem",
  validRange:
    "r·g of 1e-6 to 1e-2 (1 Ω between cells of 18 µS a level: 1.8e-5); ideal select transistors, word lines and clamps; a cell at level 0 carries nothing",
  keys: { bitLineSegmentResistance: number("1 / conductance of a level", { most: 1 }) },
  isPresent: ({ bitLineSegmentResistance = 0 }) => bitLineSegmentResistance > 0,

  acts: "in the array",
  bitLine(conductanceLevels, drive, { bitLineSegmentResistance: resistance }) {
    let conductance = 0;
    let current = 0;
    for (let row = conductanceLevels.length - 1; row >= 0; row--) {
      if (drive[row] !== 0) {
        conductance += conductanceLevels[row];
        current += conductanceLevels[row] * drive[row];
      }
      const divisor = 1 + resistance * conductance;
      conductance /= divisor;
      current /= divisor;
    }
    return current;
  },
};
