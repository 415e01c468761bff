import { nameText, sentence } from "../base/schema/fields.js";
import { everyFault, type JsonFormat } from "../base/schema/json-format.js";
import { withCheck } from "../base/schema/with-check.js";
import { z } from "../base/schema/zod.js";
import { type EffectKeys, effects } from "./effects/all-effects.js";
import type { ChipKey } from "./effects/chip-key.js";
import type { ChipCharacter } from "./virtual-chip.js";

/** No cell of this project has more levels. */
const mostLevels = 2 ** 8;

/** The keys of every effect, each of which a file may leave out. */
export const effectFields = Object.fromEntries(
  effects.flatMap(({ name, keys }) =>
    Object.entries(keys as Record<string, ChipKey>).map(([key, each]) => [key, fieldOf(name, each)]),
  ),
) as unknown as { [Key in keyof EffectKeys]-?: z.ZodOptional<z.ZodType<NonNullable<EffectKeys[Key]>>> };

function fieldOf(effect: string, { unit, least, most, perLevel }: ChipKey) {
  const size = most < Number.MAX_VALUE ? z.number().min(least).max(most) : z.number().min(least);
  const meaning = `Of ${effect}, in ${unit}`;
  return perLevel
    ? z.array(size).min(2).max(mostLevels).optional().describe(`${meaning}, one a level of the cell.`)
    : size.optional().describe(`${meaning}.`);
}

const chipFile = withCheck(
  z.strictObject({
    format: z.literal("nas4cim-chip"),
    version: z.literal(1),
    chipId: nameText.describe("The chip's name."),
    source: sentence.describe("Where the numbers come from, for a person."),
    chipSeed: z
      .int()
      .min(0)
      .describe("Keys this chip's own defects: which cells are stuck, each ADC's offset and gain."),
    ...effectFields,
  }),
  (chip, refuse) => {
    for (const { message, hint } of chipComplaints(chip)) refuse([], message, hint);
  },
);

/** What the effects' keys ask of each other and do not get. */
export function chipComplaints(chip: EffectKeys): { message: string; hint: string }[] {
  return effects.flatMap((effect) => ("check" in effect ? (effect.check?.(chip) ?? []) : []));
}

/** Keys that have not one size for each level of a cell of so many bits, and what they have instead. */
export function levelComplaints(chip: EffectKeys, cellBits: number): { key: string; message: string; hint: string }[] {
  const levels = 2 ** cellBits;
  return Object.keys(effectFields).flatMap((key) => {
    const sizes = chip[key as keyof EffectKeys];
    if (!Array.isArray(sizes) || sizes.length === levels) return [];
    const message = `has ${sizes.length} numbers, but a ${cellBits}-bit cell has ${levels} levels`;
    return [{ key, message, hint: "measure or copy one per level, or leave the key out" }];
  });
}

export const chipFormat: JsonFormat<ChipCharacter> = {
  name: "chip file",
  schema: chipFile,
  codes: everyFault("NAS_MACRO_DRIVER_OPTIONS"),
  hints: {
    unreadable: "give the folder of a chip.json, relative to the config file",
    invalid: "correct them; docs/formats/chip.md lists every key",
  },
};
