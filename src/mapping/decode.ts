import type { MacroSpec, OutputBlock } from "../macro/macro.js";
import type { Tile } from "./placement.js";

/**
 * Adds what a macro answered for a tile to the layer's sums: bit planes shifted and added (where the macro did not),
 * unsigned bit lines subtracted (where the macro did not), slices weighted, ADC steps turned into levels.
 * @param answer values as sums, or as codes of `bits` planes
 * @param sums [vectors × layerOutputs], added to
 */
export function decodeInto(
  sums: Int32Array,
  layerOutputs: number,
  answer: OutputBlock,
  tile: Tile,
  spec: Pick<MacroSpec, "cellBits" | "differential">,
  adcStepLevels: number,
  want: { want: "codes" | "sums"; bits: number },
): void {
  const values = want.want === "codes" ? addPlanes(answer, want.bits) : answer.values;
  const { slices, outputBegin, outputEnd } = tile;
  const count = outputEnd - outputBegin;
  const host = spec.differential === "host";
  const base = 2 ** spec.cellBits;
  if (slices === 1 && !host) {
    // The common case: one code an output.
    for (let vector = 0; vector < answer.vectors; vector++) {
      const from = vector * answer.outputs;
      const to = vector * layerOutputs + outputBegin;
      for (let output = 0; output < count; output++) sums[to + output] += values[from + output] * adcStepLevels;
    }
    return;
  }
  for (let vector = 0; vector < answer.vectors; vector++) {
    for (let output = 0; output < count; output++) {
      let sum = 0;
      let weight = adcStepLevels;
      for (let slice = 0; slice < slices; slice++, weight *= base) {
        const line = output * slices + slice;
        const at = vector * answer.outputs;
        sum += weight * (host ? values[at + 2 * line] - values[at + 2 * line + 1] : values[at + line]);
      }
      sums[vector * layerOutputs + outputBegin + output] += sum;
    }
  }
}

/** Shift-and-add on the host: [vectors × bits × outputs] codes become [vectors × outputs] sums. */
export function addPlanes(answer: OutputBlock, bits: number): Int32Array {
  const { vectors, outputs, values } = answer;
  const sums = new Int32Array(vectors * outputs);
  for (let vector = 0; vector < vectors; vector++) {
    for (let plane = 0; plane < bits; plane++) {
      const from = (vector * bits + plane) * outputs;
      const to = vector * outputs;
      for (let output = 0; output < outputs; output++) sums[to + output] += values[from + output] << plane;
    }
  }
  return sums;
}
