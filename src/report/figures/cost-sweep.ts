import { colour } from "../theme.js";
import { axisName, valueAxis } from "./axes.js";
import { drawFigure } from "./chart.js";
import type { Figure } from "./figure.js";

/** A setting of a sweep and its figures. */
export interface SweepFigurePoint {
  label: string;
  latencyMs: number;
  energyMillijoule: number;
  isPareto: boolean;
}

/** Labels beyond this would cover one another. */
const mostLabels = 24;

/** Energy by latency; filled are the points that no other beats in latency, energy and area at once. */
export function costSweepFigure(points: readonly SweepFigurePoint[]): Figure {
  const labelled =
    points.length <= mostLabels ? points : points.filter(({ isPareto }) => isPareto).slice(0, mostLabels);
  return drawFigure(
    {
      name: "sweep",
      title: "Energy by latency",
      caption:
        "One point a setting. Filled: no other setting is at least as good in latency, energy and area and better in one.",
    },
    { width: 760, height: 420 },
    {
      grid: { left: 70, right: 190, top: 24, bottom: 48 },
      xAxis: { ...valueAxis(), ...axisName("latency, ms"), min: 0 },
      yAxis: { ...valueAxis(), ...axisName("energy, mJ", 52), min: 0 },
      series: [
        {
          type: "custom",
          silent: true,
          data: points.map(({ latencyMs, energyMillijoule }, place) => [latencyMs, energyMillijoule, place]),
          encode: { x: 0, y: 1 },
          renderItem: (_, api) => {
            const point = points[api.value(2) as number];
            const [cx, cy] = api.coord([point.latencyMs, point.energyMillijoule]);
            const stroke = colour(point.isPareto ? "subject" : "muted");
            const dot = {
              type: "circle" as const,
              shape: { cx, cy, r: 4 },
              style: { fill: point.isPareto ? stroke : colour("paper"), stroke, lineWidth: 1.5 },
            };
            const name = {
              type: "text" as const,
              style: { text: point.label, x: cx + 8, y: cy - 6, fill: colour("ink"), fontSize: 11 },
            };
            return { type: "group", children: labelled.includes(point) ? [dot, name] : [dot] };
          },
        },
      ],
    },
  );
}
