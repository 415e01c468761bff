import { colour, type ColourName } from "../theme.js";
import { namesAxis, valueAxis } from "./axes.js";
import { drawFigure } from "./chart.js";
import type { Figure } from "./figure.js";

/** One figure of every layer, in one colour. */
export interface LayerBars {
  colour: ColourName;
  values: number[];
}

/** Horizontal bars, layer by layer from the first; several sets stand below one another. `text` writes a value at its bar's end. */
export function layerBarsFigure(
  about: { name: string; title: string; caption: string },
  layers: string[],
  sets: LayerBars[],
  text: (value: number) => string,
): Figure {
  const barHeight = sets.length === 1 ? 16 : 12;
  const longest = Math.max(...layers.map((id) => id.length));
  const largest = Math.max(...sets.flatMap(({ values }) => values));
  return drawFigure(
    about,
    { width: 360, height: 24 + layers.length * (sets.length * barHeight + 12) },
    {
      grid: {
        left: Math.min(120, 14 + longest * 7),
        right: 12 + Math.max(...sets.flatMap(({ values }) => values.map((value) => text(value).length))) * 6.6,
        top: 8,
        bottom: 8,
      },
      xAxis: { ...valueAxis(), show: false, min: 0, max: largest > 0 ? largest : 1 },
      yAxis: { ...namesAxis(layers), inverse: true },
      series: sets.map((set) => ({
        type: "bar" as const,
        silent: true,
        barWidth: barHeight - 1,
        barGap: "10%",
        itemStyle: { color: colour(set.colour), borderRadius: [0, 2, 2, 0] },
        label: {
          show: true,
          position: "right" as const,
          color: colour("ink"),
          fontSize: sets.length === 1 ? 12 : 11,
          formatter: ({ dataIndex }: { dataIndex: number }) => text(set.values[dataIndex]),
        },
        data: set.values,
      })),
    },
  );
}
