import type { LayerResult } from "../../record/run-document.js";
import { count, percent } from "../format.js";
import { colour } from "../theme.js";
import { axisName, valueAxis } from "./axes.js";
import { drawFigure, type Figure } from "./chart.js";

/** Steps of shade between the rarest and the most frequent pair of codes. */
const shadeCount = 6;

/** Bins a side: finer ones would be smaller than two pixels. */
const mostBins = 128;

/** How often each pair of reference code and subject code came up in one layer. */
export function codeScatterFigure(layer: LayerResult): Figure {
  const { scatter, codes, images } = layer.codes;
  const lowest = Math.min(...scatter.reference, ...scatter.subject);
  const highest = Math.max(...scatter.reference, ...scatter.subject);
  const binCodes = Math.max(1, Math.ceil((highest - lowest + 1) / mostBins));
  const shades = shadesOf(scatter, lowest, binCodes);
  const shown = scatter.count.reduce((sum, each) => sum + each, 0);
  const omitted =
    shown === codes ? "" : ` The most frequent pairs are drawn, ${percent(shown / codes, 1)} of all codes.`;
  const axis = { ...valueAxis(), min: lowest - 1, max: highest + 1, axisLabel: axisLabel() };
  return drawFigure(
    {
      name: `codes-${layer.id}`,
      title: `${layer.id}: subject code by reference code`,
      caption: `${count(codes)} codes of ${count(images)} images; the darker, the more (in steps of the logarithm). On the line both are equal.${omitted}`,
    },
    { width: 360, height: 352 },
    {
      grid: { left: 52, top: 10, width: 296, height: 296 },
      xAxis: { ...axis, ...axisName("reference code, LSB") },
      yAxis: { ...axis, ...axisName("subject code, LSB", 36) },
      series: [
        {
          type: "custom",
          silent: true,
          data: [[lowest, lowest]],
          renderItem: (_, api) => ({
            type: "line",
            shape: line(api.coord([lowest, lowest]), api.coord([highest, highest])),
            style: { stroke: colour("muted"), lineWidth: 1, lineDash: [3, 3] },
          }),
        },
        {
          type: "custom",
          silent: true,
          // One path a shade instead of one rectangle a cell keeps a page of many layers small.
          data: shades.map((_, shade) => [lowest, lowest, shade]),
          renderItem: ({ dataIndex: shade }, api) => {
            const pathData = shades[shade]
              .map(([x, y, bins]) => {
                const [left, bottom] = api.coord([lowest + x * binCodes - 0.5, lowest + y * binCodes - 0.5]);
                const [right, top] = api.coord([
                  lowest + (x + bins) * binCodes - 0.5,
                  lowest + (y + 1) * binCodes - 0.5,
                ]);
                return `M${short(left)} ${short(top)}H${short(right)}V${short(bottom)}H${short(left)}Z`;
              })
              .join("");
            return {
              type: "path",
              shape: { pathData: pathData || "M0 0Z" },
              style: {
                fill: colour("subject"),
                opacity: Number((0.12 + (0.88 * shade) / (shadeCount - 1)).toFixed(3)),
              },
            };
          },
        },
      ],
    },
  );
}

/** Horizontal strips of bins by shade: [first bin along, bin up, bins long]. Shades are equal steps of the logarithm. */
function shadesOf(
  { reference, subject, count: counts }: LayerResult["codes"]["scatter"],
  lowest: number,
  binCodes: number,
): [x: number, y: number, bins: number][][] {
  const bins = new Map<string, { x: number; y: number; count: number }>();
  reference.forEach((code, pair) => {
    const x = Math.floor((code - lowest) / binCodes);
    const y = Math.floor((subject[pair] - lowest) / binCodes);
    const bin = bins.get(`${x},${y}`) ?? { x, y, count: 0 };
    bin.count += counts[pair];
    bins.set(`${x},${y}`, bin);
  });
  const largest = Math.max(1, ...[...bins.values()].map((bin) => bin.count));
  const strips: [number, number, number][][] = Array.from({ length: shadeCount }, () => []);
  const shadeOf = (number: number): number =>
    largest === 1
      ? shadeCount - 1
      : Math.min(shadeCount - 1, Math.floor((shadeCount * Math.log(number)) / Math.log(largest)));
  for (const { x, y, count: number } of [...bins.values()].sort((a, b) => a.y - b.y || a.x - b.x)) {
    const own = strips[shadeOf(number)];
    const last = own.at(-1);
    if (last !== undefined && last[1] === y && last[0] + last[2] === x) last[2]++;
    else own.push([x, y, 1]);
  }
  return strips;
}

function axisLabel() {
  return { ...valueAxis().axisLabel, showMinLabel: false, showMaxLabel: false };
}

function line([x1, y1]: number[], [x2, y2]: number[]) {
  return { x1, y1, x2, y2 };
}

function short(pixels: number): number {
  return Number(pixels.toFixed(1));
}
