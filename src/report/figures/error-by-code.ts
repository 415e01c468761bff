import type { LayerResult } from "../../record/run-document.js";
import { axisName, valueAxis } from "./axes.js";
import { drawFigure } from "./chart.js";
import type { Figure } from "./figure.js";
import { densityPoints, densitySeries, rangeOf } from "./code-density.js";

const mostBinsAlong = 148;
const mostBinsUp = 64;

/** How the error of one layer's codes goes with the reference code; the layer must have codes. */
export function errorByCodeFigure({ id, codes }: LayerResult): Figure {
  const points = densityPoints(codes.scatter, "error");
  const [lowX, highX] = rangeOf(points.x);
  const [lowY, highY] = rangeOf(points.y);
  // Zero stands in the middle, so that a shift shows as one.
  const reach = Math.max(1, -lowY, highY) + 0.5;
  const label = { ...valueAxis().axisLabel, showMinLabel: false, showMaxLabel: false };
  return drawFigure(
    {
      name: `error-by-code-${id}`,
      title: `${id}: error by reference code`,
      caption: "",
    },
    { width: 360, height: 336 },
    {
      grid: { left: 52, right: 12, top: 10, bottom: 46 },
      xAxis: { ...valueAxis(), ...axisName("reference code, LSB"), min: lowX - 1, max: highX + 1, axisLabel: label },
      yAxis: { ...valueAxis(), ...axisName("error, LSB", 36), min: -reach, max: reach, axisLabel: label },
      series: [
        densitySeries(
          points,
          Math.max(1, Math.ceil((highX - lowX + 1) / mostBinsAlong)),
          Math.max(1, Math.ceil((highY - lowY + 1) / mostBinsUp)),
        ),
      ],
    },
  );
}
