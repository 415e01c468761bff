import { colour, drawnText } from "../theme.js";
import { axisName } from "./axes.js";
import { drawFigure } from "./chart.js";
import type { Figure } from "./figure.js";

/** One filled cell of a matrix figure. */
export interface MatrixCell {
  row: number;
  column: number;
  /** What stands in the cell. */
  text: string;
  fill: string;
  /** 0 … 1: how strongly the cell is filled. */
  strength: number;
}

/** Classes up to which cells are large enough for their figures, and axes for the names. */
const mostLegible = 20;

/** A square of true classes (rows) against predicted classes (columns), with a figure in each cell where there is room. */
export function matrixFigure(
  about: { name: string; title: string; caption: string },
  classNames: string[],
  cells: MatrixCell[],
): Figure {
  const legible = classNames.length <= mostLegible;
  const left = legible ? 86 : 34;
  const side = legible ? Math.max(300, classNames.length * 34) : 400;
  const bottom = legible ? 92 : 34;
  const axis = {
    type: "category" as const,
    data: classNames,
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { show: false },
  };
  const label = { show: legible, color: colour("ink"), fontSize: 11, interval: 0 };
  const cellSide = side / classNames.length;
  return drawFigure(
    about,
    { width: left + side + 8, height: side + bottom + 26 },
    {
      grid: { left, top: 26, width: side, height: side },
      xAxis: { ...axis, ...axisName("predicted class", legible ? 78 : 14), axisLabel: { ...label, rotate: 45 } },
      yAxis: { ...axis, inverse: true, axisLabel: label },
      graphic: [
        {
          type: "text",
          left: 0,
          top: 4,
          style: { text: "true class", ...drawnText("muted", 12) },
        },
        {
          type: "rect",
          shape: { x: left, y: 26, width: side, height: side },
          style: { fill: "none", stroke: colour("line"), lineWidth: 1 },
        },
      ],
      series: [
        {
          type: "custom",
          silent: true,
          data: cells.map(({ row, column }) => [column, row]),
          renderItem: ({ dataIndex }, api) => {
            const { row, column, text, fill, strength } = cells[dataIndex];
            const [x, y] = api.coord([column, row]);
            const rect = {
              type: "rect" as const,
              shape: {
                x: x - cellSide / 2 + 0.5,
                y: y - cellSide / 2 + 0.5,
                width: cellSide - 1,
                height: cellSide - 1,
                r: 2,
              },
              style: { fill, opacity: Number(strength.toFixed(3)) },
            };
            if (!legible) return rect;
            const figure = {
              type: "text" as const,
              style: {
                text,
                x,
                y,
                align: "center" as const,
                verticalAlign: "middle" as const,
                ...drawnText(strength > 0.6 ? "onFilled" : "ink", text.length > 4 ? 9 : 11),
              },
            };
            return { type: "group", children: [rect, figure] };
          },
        },
      ],
    },
  );
}
