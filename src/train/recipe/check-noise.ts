import { type EffectKeys, effects, effectsOf } from "../../device/effects/all-effects.js";
import { effectKeys } from "../../device/virtual-chip.js";
import { type Check, fail, list, number, object, oneOf, type Place, whole } from "./recipe-checks.js";
import type { AdcSettings, ArrayGeometry, CellSettings, NoiseSettings } from "../../model/noise/noise-settings.js";

const relative = object<{ relativeSigma: number }>({ relativeSigma: number(0, 10) });

const conditions = { secondsSinceProgramming: number(0, 1e9), temperatureCelsius: number(-40, 300) };

/** The keys of every effect, as a chip file has them. */
const chip = Object.fromEntries(
  [...effectKeys].map(([key, { least, most, perLevel }]) => [
    key,
    perLevel ? list(number(least, most)) : number(least, most),
  ]),
) as { [Key in keyof EffectKeys]-?: Check<EffectKeys[Key]> };

const cells = object<CellSettings>(
  { chipSeed: whole(0, 2 ** 32 - 1), redrawSteps: whole(1, 1e9), ...chip, ...conditions },
  [...effectKeys.keys(), ...Object.keys(conditions)] as (keyof CellSettings)[],
);

/** The keys of a phase's noise and what each may be; what they ask of each other is for `checkNoise`. */
export const noiseSettings: Check<NoiseSettings> = object<NoiseSettings>(
  {
    weights: relative,
    sums: relative,
    macro: object<ArrayGeometry>({
      arrayRows: whole(2, 65536),
      arrayColumns: whole(2, 65536),
      cellBits: whole(1, 8),
      differential: oneOf("row-pair", "column-pair", "host"),
    }),
    cells,
    adc: object<AdcSettings>({ bits: whole(1, 16), stepLevels: number(0, 1e6, { aboveLow: true }) }),
  },
  ["weights", "sums", "macro", "cells", "adc"],
);

/** Whether a phase's noise can be had. @throws NAS_TRAIN_RECIPE */
export function checkNoise(place: Place, noise: NoiseSettings | undefined, phase: { quantized: boolean }): void {
  if (!noise) return;
  const { macro, cells, adc, weights } = noise;
  const at = (key: string): Place => ({ ...place, path: `${place.path}.${key}` });
  const hardware = cells ? "cells" : adc ? "adc" : undefined;
  if (hardware && !macro)
    fail(at(hardware), "needs to know the arrays", 'add "macro" with rows, columns, cell bits and differential');
  if (hardware && !phase.quantized)
    fail(at(hardware), "needs weights and activations in integers", "use it in the quantized phase");
  if (weights && hardware)
    fail(at("weights"), `disturbs weights that ${hardware} decides`, "take one of the two: cells have their own error");
  if (macro && !hardware) fail(at("macro"), "serves nothing", "add cells or adc, or take it away");
  if (!cells || !macro) return;
  checkChip(at, cells, macro.cellBits, adc !== undefined);
}

/** Whether a training can have this chip's effects. */
function checkChip(at: (key: string) => Place, cells: CellSettings, cellBits: number, hasAdc: boolean): void {
  for (const [key, { perLevel }] of effectKeys) {
    const sizes = cells[key as keyof EffectKeys];
    if (!perLevel || !Array.isArray(sizes) || sizes.length === 2 ** cellBits) continue;
    fail(at(`cells.${key}`), `has ${sizes.length} numbers`, `a ${cellBits}-bit cell has ${2 ** cellBits} levels`);
  }
  for (const effect of effects) {
    const complaint = "check" in effect ? effect.check?.(cells) : undefined;
    if (complaint) fail(at("cells"), `is no chip: ${complaint.message}`, complaint.hint);
  }
  const [array] = effectsOf(cells, "in the array");
  if (array)
    fail(
      at("cells"),
      `has ${array.name}`,
      "leave it out: a training step sums cells, and knows no bit line as a whole",
    );
  const [late] = effectsOf(cells, "at the converter", "at each read");
  if (late && !hasAdc) fail(at("cells"), `has ${late.name}`, 'it acts in the conversion: add "adc", or leave it out');
}
