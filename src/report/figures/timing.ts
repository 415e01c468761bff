import type { RunDocument } from "../../record/run-document.js";
import { duration } from "../../base/format.js";
import type { Figure } from "./figure.js";
import { layerBarsFigure } from "./layer-bars.js";

/** Wall time by step, in the order the steps ran. */
export function timingFigure({ timing }: RunDocument): Figure {
  return layerBarsFigure(
    { name: "timing", title: "Wall time by step", caption: "In the order the steps ran." },
    timing.steps.map(({ step }) => step),
    [{ colour: "digital", values: timing.steps.map(({ seconds }) => seconds) }],
    duration,
  );
}
