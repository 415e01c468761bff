import { everyFault, type JsonFormat, readJson } from "../../base/schema/json-format.js";
import { sentence } from "../../base/schema/fields.js";
import { z } from "../../base/schema/zod.js";
import { type Significance, softmax } from "./significance.js";

const losses = z
  .strictObject({
    format: z.literal("nas4cim-chip-losses").describe("What this file is."),
    version: z.literal(1).describe("Version of the format."),
    source: sentence.describe("Which chip was measured, when and how."),
    lossPoints: z
      .array(z.record(z.string().min(1).max(40), z.number().min(-100).max(100)))
      .min(1)
      .max(512)
      .describe(
        "For each searched layer, in order: the points of accuracy that each operator loses on the chip, by its word.",
      ),
  })
  .describe("What operators lose on a chip, measured elsewhere: a third voice for a search.");

/** The format of a file of measured losses. */
export const chipLossesFormat: JsonFormat<z.infer<typeof losses>> = {
  name: "chip losses",
  schema: losses,
  codes: everyFault("NAS_SEARCH_SETTINGS"),
  hints: {
    unreadable: "correct the path",
    invalid: "correct the file; docs/formats/chip-losses.md lists the keys",
  },
};

/**
 * Chip significance of points lost: each row the softmax of −loss, so that a point less loss counts e times as much. An
 * operator without weights ("-") loses nothing where the file does not say otherwise.
 */
export function chipSignificance(lossPoints: readonly (readonly number[])[]): Significance {
  return lossPoints.map((row) => softmax(row.map((loss) => -loss)));
}

/**
 * Reads measured losses for a space with these layers and operators.
 * @throws NAS_SEARCH_SETTINGS where a layer or an operator is missing or unknown, naming the place
 */
export function readChipLosses(path: string, layers: number, words: readonly string[]): Significance {
  const { value, fail } = readJson(chipLossesFormat, path);
  const { lossPoints } = value;
  if (lossPoints.length !== layers) {
    fail(["lossPoints"], `has ${lossPoints.length} layers, the search space ${layers}`, {
      hint: "give one entry a layer",
    });
  }
  const rows = lossPoints.map((row, layer) => {
    const unknown = Object.keys(row).find((word) => !words.includes(word));
    if (unknown !== undefined) {
      fail(["lossPoints", layer, unknown], `"${unknown}" is no operator`, { hint: `the space's: ${words.join(", ")}` });
    }
    return words.map((word) => {
      if (Object.hasOwn(row, word)) return row[word];
      if (word === "-") return 0;
      return fail(["lossPoints", layer], `lacks "${word}"`, { hint: `give a loss for each of ${words.join(", ")}` });
    });
  });
  return chipSignificance(rows);
}
