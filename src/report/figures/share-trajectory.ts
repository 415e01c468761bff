import { layerColour } from "../theme.js";
import type { SearchTrajectory } from "../search-view.js";
import { axisName, valueAxis } from "./axes.js";
import { drawFigure } from "./chart.js";
import type { Figure } from "./figure.js";

/** How the operators' shares of one layer went over the supernet's steps, each line with its operator at its end. */
export function shareTrajectory(
  { layer, steps, shares }: SearchTrajectory,
  operators: readonly string[],
  place: number,
): Figure {
  return drawFigure(
    { name: `shares-${place + 1}`, title: `Shares of ${layer}`, caption: "" },
    { width: 540, height: 300 },
    {
      grid: { left: 58, right: 62, top: 14, bottom: 46 },
      xAxis: { ...valueAxis(), ...axisName("steps"), max: steps.at(-1) ?? 1 },
      yAxis: { ...valueAxis(), ...axisName("share, %", 40), scale: true },
      series: operators.map((operator, index) => ({
        type: "line" as const,
        silent: true,
        showSymbol: false,
        lineStyle: {
          color: layerColour(index),
          width: 1.6,
          type: index < 8 ? ("solid" as const) : ("dashed" as const),
        },
        endLabel: { show: true, formatter: operator, color: layerColour(index), fontSize: 11 },
        data: steps.map((step, at) => [step, Number((100 * shares[index][at]).toFixed(3))]),
      })),
    },
  );
}
