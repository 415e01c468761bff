import { colour, layerColour } from "../theme.js";
import { axisName, namesAxis, valueAxis } from "./axes.js";
import { drawFigure } from "./chart.js";
import type { Figure } from "./figure.js";

/** When a layer begins and ends, and how long of that it works. Times in ms from the image's arrival. */
export interface TimelineLayer {
  id: string;
  beginMs: number;
  finishMs: number;
  busyMs: number;
}

/** One bar a layer from begin to finish, filled as far as the layer works; the rest of its time it waits. */
export function costTimelineFigure(layers: readonly TimelineLayer[]): Figure {
  const rowHeight = 18;
  const longest = Math.max(...layers.map(({ id }) => id.length));
  return drawFigure(
    {
      name: "timeline",
      title: "When each layer works",
      caption:
        "From a layer's first pixel to its last. The filled height is the share of that time in which the layer works; the rest it waits for its input.",
    },
    { width: 760, height: 60 + layers.length * rowHeight },
    {
      grid: { left: Math.min(170, 16 + longest * 7), right: 24, top: 8, bottom: 44 },
      xAxis: { ...valueAxis(), ...axisName("time, ms"), min: 0 },
      yAxis: { ...namesAxis(layers.map(({ id }) => id)), inverse: true },
      series: [
        {
          type: "custom",
          silent: true,
          data: layers.map(({ beginMs, finishMs }, place) => [beginMs, finishMs, place]),
          encode: { x: [0, 1], y: 2 },
          renderItem: (_, api) => {
            const place = api.value(2) as number;
            const { beginMs, finishMs, busyMs } = layers[place];
            const [left, middle] = api.coord([beginMs, place]);
            const [right] = api.coord([finishMs, place]);
            const width = Math.max(1, right - left);
            const height = rowHeight - 5;
            const share = finishMs > beginMs ? Math.min(1, busyMs / (finishMs - beginMs)) : 1;
            const bar = (y: number, barHeight: number, fill: string, opacity: number) => ({
              type: "rect" as const,
              shape: { x: left, y, width, height: barHeight },
              style: { fill, opacity },
            });
            const top = middle - height / 2;
            return {
              type: "group",
              children: [
                bar(top, height, colour("line"), 0.7),
                bar(top + height * (1 - share), height * share, layerColour(place), 0.9),
              ],
            };
          },
        },
      ],
    },
  );
}
