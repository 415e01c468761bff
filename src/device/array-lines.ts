import type { SumLines } from "../kernels/reference.js";
import { adcOutputs, type MacroSpec, type TileImage } from "../macro/macro.js";
import { effectsOf } from "./effects/all-effects.js";
import type { ChipCharacter } from "./virtual-chip.js";

/**
 * The lines of an array that is more than the sum of its cells, for the slow path; nothing where they are that sum.
 * @param conductanceLevels [image.rows × image.columns]
 * @param unitsPerLevel of the kernel tile that they stand in for
 */
export function arrayLines(
  spec: Pick<MacroSpec, "differential">,
  chip: ChipCharacter,
  image: Pick<TileImage, "rows" | "columns">,
  conductanceLevels: Float64Array,
  unitsPerLevel: number,
): SumLines | undefined {
  const [model] = effectsOf(chip, "in the array");
  if (!model) return undefined;
  const { rows, columns } = image;
  const bitLines = Array.from({ length: columns }, (_, column) =>
    Float64Array.from({ length: rows }, (_, row) => conductanceLevels[row * columns + column]),
  );
  const outputs = adcOutputs(spec, columns);
  return (active) => {
    const drive = driveOf(spec, active);
    const lineOf = (column: number) => model.bitLine(bitLines[column], drive, chip);
    return Array.from({ length: outputs }, (_, output) => {
      const levels = spec.differential === "column-pair" ? lineOf(2 * output) - lineOf(2 * output + 1) : lineOf(output);
      return Math.round(levels * unitsPerLevel);
    });
  };
}

/** What each word line does to its cells, [physical rows], while these logical rows are active. */
function driveOf({ differential }: Pick<MacroSpec, "differential">, active: Uint8Array): Int8Array {
  if (differential !== "row-pair") return Int8Array.from(active);
  return Int8Array.from({ length: 2 * active.length }, (_, row) => (row % 2 === 0 ? 1 : -1) * active[row >> 1]);
}
