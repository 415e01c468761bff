import { type Check, fail, list, number, object, oneOf, type Place, whole } from "./recipe-checks.js";
import type { AdcSettings, ArrayGeometry, CellSettings, NoiseSettings } from "../../model/noise/noise-settings.js";

const relative = object<{ relativeSigma: number }>({ relativeSigma: number(0, 10) });

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
    cells: object<CellSettings>({
      chipSeed: whole(0, 2 ** 32 - 1),
      programmingSigmaLevels: list(number(0, 1e6)),
      stuckLowShare: number(0, 1),
      stuckHighShare: number(0, 1),
      redrawSteps: whole(1, 1e9),
    }),
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
  const wanted = 2 ** macro.cellBits;
  if (cells.programmingSigmaLevels.length !== wanted) {
    const found = cells.programmingSigmaLevels.length;
    fail(
      at("cells.programmingSigmaLevels"),
      `has ${found} numbers`,
      `a ${macro.cellBits}-bit cell has ${wanted} levels`,
    );
  }
  if (cells.stuckLowShare + cells.stuckHighShare > 1)
    fail(at("cells"), "has more stuck cells than cells", "stuckLowShare and stuckHighShare add to 1 at most");
}
