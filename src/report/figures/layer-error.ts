import type { RunDocument } from "../../record/run-document.js";
import { percent, significant } from "../../base/format.js";
import type { Figure } from "./figure.js";
import { layerBarsFigure } from "./layer-bars.js";

/** Three views of the error of every layer: in ADC steps, relative to the signal, and at the ends of the ADC's range. */
export function layerErrorFigures({ layers }: RunDocument): Figure[] {
  const ids = layers.map(({ id }) => id);
  return [
    layerBarsFigure(
      {
        name: "layer-rmse",
        title: "Error of a code",
        caption: "Root mean square of subject − reference, in ADC steps (LSB).",
      },
      ids,
      [{ colour: "subject", values: layers.map(({ codes }) => codes.rmseLsb) }],
      (value) => `${significant(value)} LSB`,
    ),
    layerBarsFigure(
      {
        name: "layer-nmse",
        title: "Error against signal (NMSE)",
        caption: "Sum of squared errors over sum of squared reference codes.",
      },
      ids,
      [{ colour: "subject", values: layers.map(({ codes }) => codes.nmse) }],
      (value) => significant(value),
    ),
    layerBarsFigure(
      {
        name: "layer-clipped",
        title: "Clipped conversions",
        caption:
          "Share of conversions at an end of the ADC's range, over all images; upper bar the subject, lower bar the reference.",
      },
      ids,
      [
        { colour: "subject", values: layers.map(({ clippedShare }) => clippedShare.subject) },
        { colour: "reference", values: layers.map(({ clippedShare }) => clippedShare.reference) },
      ],
      smallShare,
    ),
  ];
}

/** A share that may be tiny: none and next to none are told apart. */
function smallShare(fraction: number): string {
  if (fraction > 0 && fraction < 1e-5) return "< 0.001 %";
  return percent(fraction, fraction > 0 && fraction < 1e-3 ? 3 : 2);
}
