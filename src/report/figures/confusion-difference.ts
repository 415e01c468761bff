import type { RunDocument } from "../../record/run-document.js";
import { count } from "../../base/format.js";
import { colour } from "../theme.js";
import type { Figure } from "./figure.js";
import { matrixFigure } from "./matrix.js";

/** Where the subject's answers moved: its confusion counts less the reference's. */
export function confusionDifferenceFigure({ confusion }: RunDocument): Figure {
  const differences = confusion.subject.map((counts, row) =>
    counts.map((number, column) => number - confusion.reference[row][column]),
  );
  const largest = Math.max(1, ...differences.flat().map(Math.abs));
  const cells = differences.flatMap((numbers, row) =>
    numbers.flatMap((number, column) =>
      number === 0
        ? []
        : [
            {
              row,
              column,
              text: number > 0 ? `+${count(number)}` : `−${count(-number)}`,
              fill: colour(number > 0 ? "subject" : "reference"),
              strength: 0.1 + (0.82 * Math.abs(number)) / largest,
            },
          ],
    ),
  );
  return matrixFigure(
    {
      name: "confusion-difference",
      title: "Subject minus reference",
      caption:
        "Images more (+) or fewer (−) than the reference's at each place. Losses show as − on the diagonal and + beside it; empty cells are equal.",
    },
    confusion.classNames,
    cells,
  );
}
