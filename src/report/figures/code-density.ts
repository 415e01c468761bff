import type { LayerResult } from "../../record/run-document.js";
import { colour } from "../theme.js";

/** Steps of shade between the rarest and the most frequent pair of codes. */
const shadeCount = 6;

/** Pairs of numbers with how often each came up. */
export interface DensityPoints {
  x: readonly number[];
  y: readonly number[];
  count: readonly number[];
}

/** The pairs of a layer's scatter as points: subject code, or subject − reference, over reference code. */
export function densityPoints(
  { reference, subject, count }: LayerResult["codes"]["scatter"],
  of: "subject" | "error",
): DensityPoints {
  return {
    x: reference,
    y: of === "subject" ? subject : subject.map((code, pair) => code - reference[pair]),
    count,
  };
}

/** Lowest and highest of a list that is not empty. */
export function rangeOf(values: readonly number[]): [low: number, high: number] {
  return [Math.min(...values), Math.max(...values)];
}

/**
 * A series that shades unit squares around integer points, `binX` × `binY` of them taken together, by the logarithm of their
 * counts. One path a shade instead of one rectangle a cell keeps a page of many layers small.
 */
export function densitySeries(points: DensityPoints, binX: number, binY: number) {
  const [lowX] = rangeOf(points.x);
  const [lowY] = rangeOf(points.y);
  const shades = stripsByShade(points, lowX, lowY, binX, binY)
    .map((strips, shade) => ({ strips, opacity: 0.14 + (0.86 * shade) / (shadeCount - 1) }))
    .filter(({ strips }) => strips.length > 0);
  return {
    type: "custom" as const,
    silent: true,
    clip: true,
    data: shades.map((_, shade) => [lowX, lowY, shade]),
    renderItem: ({ dataIndex }: { dataIndex: number }, api: { coord: (point: number[]) => number[] }) => {
      const { strips, opacity } = shades[dataIndex];
      const pathData = strips
        .map(([x, y, bins]) => {
          const [left, bottom] = api.coord([lowX + x * binX - 0.5, lowY + y * binY - 0.5]);
          const [right, top] = api.coord([lowX + (x + bins) * binX - 0.5, lowY + (y + 1) * binY - 0.5]);
          return `M${short(left)} ${short(top)}H${short(right)}V${short(bottom)}H${short(left)}Z`;
        })
        .join("");
      return {
        type: "path" as const,
        shape: { pathData },
        style: { fill: colour("subject"), opacity: Number(opacity.toFixed(3)) },
      };
    },
  };
}

/** Horizontal strips of bins by shade: [first bin along, bin up, bins long]. Shades are equal steps of the logarithm. */
function stripsByShade(
  points: DensityPoints,
  lowX: number,
  lowY: number,
  binX: number,
  binY: number,
): [x: number, y: number, bins: number][][] {
  const bins = new Map<string, { x: number; y: number; count: number }>();
  points.x.forEach((along, point) => {
    const x = Math.floor((along - lowX) / binX);
    const y = Math.floor((points.y[point] - lowY) / binY);
    const bin = bins.get(`${x},${y}`) ?? { x, y, count: 0 };
    bin.count += points.count[point];
    bins.set(`${x},${y}`, bin);
  });
  const largest = Math.max(...[...bins.values()].map((bin) => bin.count));
  const shadeOf = (number: number): number =>
    largest === 1
      ? shadeCount - 1
      : Math.min(shadeCount - 1, Math.floor((shadeCount * Math.log(number)) / Math.log(largest)));
  const strips: [number, number, number][][] = Array.from({ length: shadeCount }, () => []);
  for (const { x, y, count } of [...bins.values()].sort((a, b) => a.y - b.y || a.x - b.x)) {
    const own = strips[shadeOf(count)];
    const last = own.at(-1);
    if (last !== undefined && last[1] === y && last[0] + last[2] === x) last[2]++;
    else own.push([x, y, 1]);
  }
  return strips;
}

function short(pixels: number): number {
  return Number(pixels.toFixed(1));
}
