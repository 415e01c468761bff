import type { LayerResult } from "../../record/run-document.js";
import { count, significant } from "../../base/format.js";
import { colour } from "../theme.js";
import { axisName, namesAxis, valueAxis } from "./axes.js";
import { drawFigure } from "./chart.js";
import type { Figure } from "./figure.js";

/** Room below a count of 1 on the logarithmic axis, so that a single conversion shows as a bar. */
const floor = -0.4;

/** How large the errors of one layer's codes are, and how often; counts by their logarithm, so that rare ones show. */
export function errorHistogramFigure(layer: LayerResult): Figure {
  const { firstError, counts } = layer.codes.errorHistogram;
  const last = counts.length - 1;
  const names = counts.map((_, bin) => {
    const error = String(firstError + bin).replace("-", "−");
    return bin === 0 ? `≤${error}` : bin === last ? `≥${error}` : error;
  });
  // Both ends, and between them round errors far enough apart.
  const spacing = Math.max(1, Math.ceil(counts.length / 9));
  const labelled = (bin: number): boolean =>
    bin === 0 ||
    bin === last ||
    ((firstError + bin) % spacing === 0 && bin >= spacing / 2 + 1 && last - bin >= spacing / 2 + 1);
  const decades = Math.ceil(Math.log10(Math.max(10, ...counts)));
  const { meanErrorLsb, maxAbsErrorLsb } = layer.codes;
  return drawFigure(
    {
      name: `errors-${layer.id}`,
      title: `${layer.id}: errors of the codes`,
      caption: `Mean ${significant(meanErrorLsb, 2)} LSB, largest ${count(maxAbsErrorLsb)} LSB.`,
    },
    { width: 360, height: 336 },
    {
      grid: { left: 52, right: 12, top: 10, bottom: 46 },
      xAxis: {
        ...namesAxis(names),
        ...axisName("error, LSB"),
        axisLabel: { color: colour("muted"), fontSize: 11, interval: labelled },
      },
      yAxis: {
        ...valueAxis(),
        ...axisName("conversions", 38),
        min: floor,
        max: decades,
        // The axis counts from its minimum: without it the decades would be drawn at −0.4, 0.6, …
        axisLabel: { color: colour("muted"), fontSize: 12, formatter: decade, customValues: steps(decades) },
        axisTick: { show: false, customValues: steps(decades) },
        splitLine: { show: false },
      },
      series: [
        {
          type: "custom",
          silent: true,
          data: steps(decades).map((step) => [0, step]),
          renderItem: ({ coordSys }, api) => {
            const { x, width } = coordSys as unknown as { x: number; width: number };
            const [, y] = api.coord([0, api.value(1)]);
            return {
              type: "line",
              shape: { x1: x, y1: y, x2: x + width, y2: y },
              style: { stroke: colour("line"), lineWidth: 1 },
            };
          },
        },
        {
          type: "custom",
          silent: true,
          data: counts.flatMap((number, bin) => (number === 0 ? [] : [[bin, Math.log10(number)]])),
          renderItem: ({ coordSys }, api) => {
            const { y, height } = coordSys as unknown as { y: number; height: number };
            const [x, top] = api.coord([api.value(0), api.value(1)]);
            const bandWidth = (api.size?.([1, 0]) as number[])[0];
            const width = Math.max(2, bandWidth * 0.8);
            return {
              type: "rect",
              shape: { x: x - width / 2, y: top, width, height: y + height - top, r: [2, 2, 0, 0] },
              style: { fill: colour("subject") },
            };
          },
        },
      ],
    },
  );
}

/** 0, 1, 2 … : the logarithms that are labelled, at most every decade. */
function steps(decades: number): number[] {
  return Array.from({ length: decades + 1 }, (_, step) => step);
}

/** 10 to the power, as a person reads it: "1", "10", "1 k", "1 M". */
function decade(power: number): string {
  const units = ["", "k", "M", "G", "T"];
  return `${10 ** (power % 3)}${units[Math.floor(power / 3)]}`;
}
