import { positive, seed, whole } from "../../base/schema/fields.js";
import { z } from "../../base/schema/zod.js";
import { effectFields } from "../../device/chip-schema.js";
import { conditionRanges } from "../../device/effects/effect.js";
import type { NoiseSettings } from "../../model/noise/noise-settings.js";

const relative = z.strictObject({ relativeSigma: z.number().min(0).max(10) });

const macro = z.strictObject({
  arrayRows: whole(2, 65_536),
  arrayColumns: whole(2, 65_536),
  cellBits: whole(1, 8),
  differential: z.enum(["row-pair", "column-pair", "host"]),
});

const within = ({ min, max }: { min: number; max: number }) => z.number().min(min).max(max);

const cells = z.strictObject({
  chipSeed: seed,
  redrawSteps: whole(1, 1e9).describe("The chip is written anew every so many steps."),
  ...effectFields,
  secondsSinceProgramming: within(conditionRanges.secondsSinceProgramming)
    .optional()
    .describe("When the chip is asked; at once where left out."),
  temperatureCelsius: within(conditionRanges.temperatureCelsius)
    .optional()
    .describe("How warm it is; 25 where left out."),
});

const adc = z.strictObject({
  bits: whole(1, 16),
  stepLevels: positive.max(1e6).describe("Levels of cell conductance to one ADC step."),
});

/** A phase's noise: its keys and what each may be; what they ask of each other is for `checkNoise`. */
export const noiseSchema: z.ZodType<NoiseSettings> = z.strictObject({
  weights: relative.optional().describe("Gaussian error on weights, as a share of the layer's largest |weight|."),
  sums: relative.optional().describe("Gaussian error on sums, as a share of the layer's largest |sum| in the batch."),
  macro: macro.optional().describe("The arrays that hold the weights; cells and adc need them."),
  cells: cells.optional().describe("The chip that holds them, with the keys of a chip file."),
  adc: adc.optional().describe("Converters as the macro's."),
});
