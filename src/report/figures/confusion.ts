import type { RunDocument } from "../../record/run-document.js";
import { count } from "../../base/format.js";
import { colour } from "../theme.js";
import type { Figure } from "./figure.js";
import { matrixFigure } from "./matrix.js";

/** How often each true class was given each answer, by one of the two macros. */
export function confusionFigure({ confusion }: RunDocument, of: "subject" | "reference"): Figure {
  const cells = confusion[of].flatMap((counts, row) => {
    const images = counts.reduce((sum, each) => sum + each, 0);
    return counts.flatMap((number, column) =>
      number === 0
        ? []
        : [{ row, column, text: count(number), fill: colour(of), strength: 0.08 + 0.84 * Math.sqrt(number / images) }],
    );
  });
  return matrixFigure(
    {
      name: `confusion-${of}`,
      title: `Answers of the ${of}`,
      caption:
        "Images of each true class by the answer given; the diagonal is right. Shade: share of the row, by its square root.",
    },
    confusion.classNames,
    cells,
  );
}
