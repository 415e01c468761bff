import { adcOutputs, logicalRows, type MacroSpec, type TileImage } from "../macro/macro.js";
import { effectsOf } from "./effects/all-effects.js";
import { cellsOfOutput } from "./pair-difference.js";
import type { ChipCharacter } from "./virtual-chip.js";

/** Variance of a conversion's noise, in levels²: `always`, and what each active logical row adds. */
export interface ReadVariances {
  always: number;
  /** [logical rows × ADC outputs]; nothing where no cell adds any. */
  perRow?: Float64Array;
}

/** The effects at each read, gathered for one tile. */
export function readVariances(
  spec: Pick<MacroSpec, "differential">,
  chip: ChipCharacter,
  image: Pick<TileImage, "rows" | "columns">,
  conductanceLevels: Float64Array,
): ReadVariances {
  const rows = logicalRows(spec, image.rows);
  const outputs = adcOutputs(spec, image.columns);
  const variances: ReadVariances = { always: 0 };
  for (const { kernel } of effectsOf(chip, "at each read")) {
    if (kernel.form === "noise") {
      variances.always += kernel.variance(chip);
      continue;
    }
    const perRow = (variances.perRow ??= new Float64Array(rows * outputs));
    for (let row = 0; row < rows; row++)
      for (let output = 0; output < outputs; output++)
        for (const cell of cellsOfOutput(spec, image.columns, row, output))
          perRow[row * outputs + output] += kernel.variance(conductanceLevels[cell], chip);
  }
  return variances;
}
