import type { LayerResult } from "../../record/run-document.js";
import { count, counted, percent } from "../../base/format.js";
import { colour } from "../theme.js";
import { axisName, valueAxis } from "./axes.js";
import { drawFigure } from "./chart.js";
import type { Figure } from "./figure.js";
import { densityPoints, densitySeries, rangeOf } from "./code-density.js";

/** Bins a side: finer ones would be smaller than two pixels. */
const mostBins = 128;

/** How often each pair of reference code and subject code came up in one layer, which must have codes. */
export function codeScatterFigure({ id, codes }: LayerResult): Figure {
  const { scatter, images } = codes;
  const points = densityPoints(scatter, "subject");
  const [lowest, highest] = rangeOf([...scatter.reference, ...scatter.subject]);
  const bin = Math.max(1, Math.ceil((highest - lowest + 1) / mostBins));
  const drawn = scatter.count.reduce((sum, each) => sum + each, 0);
  const omitted =
    drawn === codes.codes ? "" : ` Drawn are the most frequent pairs, ${percent(drawn / codes.codes, 1)} of all.`;
  const axis = {
    ...valueAxis(),
    min: lowest - 1,
    max: highest + 1,
    axisLabel: { ...valueAxis().axisLabel, showMinLabel: false, showMaxLabel: false },
  };
  return drawFigure(
    {
      name: `codes-${id}`,
      title: `${id}: subject code by reference code`,
      caption: `${count(codes.codes)} codes of ${counted(images, "image")}.${omitted}`,
    },
    { width: 360, height: 336 },
    {
      grid: { left: 52, top: 10, width: 280, height: 280 },
      xAxis: { ...axis, ...axisName("reference code, LSB") },
      yAxis: { ...axis, ...axisName("subject code, LSB", 36) },
      series: [
        {
          type: "custom",
          silent: true,
          data: [[lowest, lowest]],
          renderItem: (_, api) => {
            const [x1, y1] = api.coord([lowest, lowest]);
            const [x2, y2] = api.coord([highest, highest]);
            return {
              type: "line",
              shape: { x1, y1, x2, y2 },
              style: { stroke: colour("muted"), lineWidth: 1, lineDash: [3, 3] },
            };
          },
        },
        densitySeries(points, bin, bin),
      ],
    },
  );
}
