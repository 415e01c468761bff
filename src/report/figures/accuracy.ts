import type { RunDocument } from "../../record/run-document.js";
import { percent, percentDigits } from "../../base/format.js";
import { type ColourName, colour, drawnText } from "../theme.js";
import { axisName, namesAxis, valueAxis } from "./axes.js";
import { drawFigure } from "./chart.js";
import type { Figure } from "./figure.js";

const rows = [
  { of: "float", label: "float", colour: "digital" },
  { of: "integer", label: "integer", colour: "digital" },
  { of: "reference", label: "reference", colour: "reference" },
  { of: "subject", label: "subject", colour: "subject" },
] as const satisfies { of: keyof RunDocument["accuracies"]; label: string; colour: ColourName }[];

/** The accuracies as dots with their Wilson intervals, from float down to the subject. */
export function accuracyFigure({ accuracies, images }: RunDocument): Figure {
  const drawn = rows.flatMap((row) => {
    const measured = accuracies[row.of];
    return measured === undefined ? [] : [{ ...row, ...measured }];
  });
  const digits = percentDigits(images);
  const low = Math.min(...drawn.map(({ interval95 }) => interval95[0]));
  const high = Math.max(...drawn.map(({ interval95 }) => interval95[1]));
  // Room at the right for the figures beside the dots.
  const margin = Math.max((high - low) * 0.12, 0.002);
  return drawFigure(
    {
      name: "accuracy",
      title: "Accuracy with 95 % intervals",
      caption:
        "Dot: share of images classified correctly; line: Wilson 95 % interval. Float: the network as trained. Integer: quantized, in exact integers, without array or ADC. The axis does not begin at zero.",
    },
    { width: 440, height: 68 + drawn.length * 36 },
    {
      grid: { left: 78, right: 74, top: 10, bottom: 48 },
      xAxis: {
        ...valueAxis(),
        ...axisName("accuracy, %", 30),
        min: Math.max(0, low - margin) * 100,
        max: Math.min(1, high + margin) * 100,
        axisLabel: { ...valueAxis().axisLabel, showMinLabel: false, showMaxLabel: false },
      },
      yAxis: { ...namesAxis(drawn.map(({ label }) => label)), inverse: true },
      series: [
        {
          type: "custom",
          silent: true,
          clip: false,
          data: drawn.map(({ fraction, interval95 }, row) => [
            row,
            fraction * 100,
            interval95[0] * 100,
            interval95[1] * 100,
          ]),
          encode: { x: [1, 2, 3], y: 0 },
          renderItem: (_, api) => {
            const row = Number(api.value(0));
            const [dotX, y] = api.coord([api.value(1), row]);
            const [lowX] = api.coord([api.value(2), row]);
            const [highX] = api.coord([api.value(3), row]);
            const stroke = colour(drawn[row].colour);
            return {
              type: "group",
              children: [
                {
                  type: "line",
                  shape: { x1: lowX, y1: y, x2: highX, y2: y },
                  style: { stroke, lineWidth: 3, opacity: 0.45 },
                },
                {
                  type: "line",
                  shape: { x1: lowX, y1: y - 5, x2: lowX, y2: y + 5 },
                  style: { stroke, lineWidth: 1.5 },
                },
                {
                  type: "line",
                  shape: { x1: highX, y1: y - 5, x2: highX, y2: y + 5 },
                  style: { stroke, lineWidth: 1.5 },
                },
                { type: "circle", shape: { cx: dotX, cy: y, r: 5.5 }, style: { fill: stroke } },
                {
                  type: "text",
                  style: {
                    text: percent(drawn[row].fraction, digits),
                    x: 432,
                    y,
                    align: "right",
                    verticalAlign: "middle",
                    ...drawnText("ink", 13),
                    fontWeight: 600,
                  },
                },
              ],
            };
          },
        },
      ],
    },
  );
}
