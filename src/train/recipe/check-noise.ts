import type { Refuse } from "../../base/schema/with-check.js";
import { chipComplaints, levelComplaints } from "../../device/chip-schema.js";
import { effectsOf } from "../../device/effects/all-effects.js";
import type { CellSettings, NoiseSettings } from "../../model/noise/noise-settings.js";

/** Refuses noise that a phase cannot have, by the key that is wrong. */
export function checkNoise(noise: NoiseSettings | undefined, phase: { quantized: boolean }, refuse: Refuse): void {
  if (!noise) return;
  const { macro, cells, adc, weights } = noise;
  const hardware = cells ? "cells" : adc ? "adc" : undefined;
  if (hardware && !macro)
    refuse([hardware], "needs to know the arrays", 'add "macro" with rows, columns, cell bits and differential');
  if (hardware && !phase.quantized)
    refuse([hardware], "needs weights and activations in integers", "use it in the quantized phase");
  if (weights && hardware)
    refuse(["weights"], `disturbs weights that ${hardware} decides`, "take one of the two: cells have their own error");
  if (macro && !hardware) refuse(["macro"], "serves nothing", "add cells or adc, or take it away");
  if (cells && macro) checkChip(cells, macro.cellBits, adc !== undefined, refuse);
}

/** Whether a training can have this chip's effects. */
function checkChip(cells: CellSettings, cellBits: number, hasAdc: boolean, refuse: Refuse): void {
  for (const { key, message, hint } of levelComplaints(cells, cellBits)) refuse(["cells", key], message, hint);
  for (const { message, hint } of chipComplaints(cells)) refuse(["cells"], `is no chip: ${message}`, hint);
  const [array] = effectsOf(cells, "in the array");
  if (array) {
    const hint = "leave it out: a training step sums cells, and knows no bit line as a whole";
    refuse(["cells"], `has ${array.name}`, hint);
  }
  const [late] = effectsOf(cells, "at the converter", "at each read");
  if (late && !hasAdc) refuse(["cells"], `has ${late.name}`, 'it acts in the conversion: add "adc", or leave it out');
}
