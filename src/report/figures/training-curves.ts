import type { TrainingEpoch } from "../../record/training.js";
import { colour, type ColourName, drawnText } from "../theme.js";
import { axisName, axisNumber, valueAxis } from "./axes.js";
import { type ChartOption, drawFigure } from "./chart.js";
import type { Figure } from "./figure.js";

/** One line of a figure: a value of each epoch that has it. */
interface Curve {
  label: string;
  colour: ColourName;
  value: (epoch: TrainingEpoch) => number | undefined;
}

const size = { width: 540, height: 300 };
const grid = { left: 58, right: 14, top: 62, bottom: 46 };
const plotWidth = size.width - grid.left - grid.right;

/** Loss, accuracy and, where it is known, learning rate over all epochs, the phases marked; empty without an epoch. */
export function trainingFigures(epochs: readonly TrainingEpoch[]): Figure[] {
  if (epochs.length === 0) return [];
  const hasHeldOut = epochs.some(({ heldOutAccuracy }) => heldOutAccuracy !== undefined);
  const hasRate = epochs.some(({ learningRate }) => learningRate !== undefined);
  return [
    curveFigure(
      {
        name: "training-loss",
        title: "Loss",
        caption: "Mean over the images of each epoch, while the weights moved. Each phase has a loss of its own.",
      },
      epochs,
      "loss",
      [{ label: "training images", colour: "reference", value: ({ loss }) => loss }],
      { fromZero: true },
    ),
    curveFigure(
      {
        name: "training-accuracy",
        title: "Accuracy",
        caption:
          "On the training images as they were shown, while the weights moved" +
          (hasHeldOut ? "; on held-out images by the averaged weights after the epoch" : "") +
          ". The axis does not begin at zero.",
      },
      epochs,
      "accuracy, %",
      [
        { label: "training images", colour: "reference", value: ({ trainAccuracy }) => percent(trainAccuracy) },
        {
          label: "held-out images",
          colour: "subject",
          value: ({ heldOutAccuracy }) => (heldOutAccuracy === undefined ? undefined : percent(heldOutAccuracy)),
        },
      ],
      { fromZero: false },
    ),
    ...(hasRate
      ? [
          curveFigure(
            {
              name: "training-learning-rate",
              title: "Learning rate",
              caption: "By the recipe's schedule, in the middle of each epoch.",
            },
            epochs,
            "learning rate",
            [{ label: "learning rate", colour: "digital", value: ({ learningRate }) => learningRate }],
            { fromZero: true },
          ),
        ]
      : []),
  ];
}

/**
 * In steps of a ten-thousandth of a per cent, finer than one of a million images: an axis that fits itself to its
 * values cannot be divided where they differ by rounding errors alone.
 */
function percent(share: number): number {
  return Number((share * 100).toFixed(4));
}

function curveFigure(
  about: { name: string; title: string; caption: string },
  epochs: readonly TrainingEpoch[],
  unit: string,
  curves: readonly Curve[],
  { fromZero }: { fromZero: boolean },
): Figure {
  const present = curves.filter(({ value }) => epochs.some((epoch) => value(epoch) !== undefined));
  const phases = phasesOf(epochs);
  const label = { ...valueAxis().axisLabel, showMinLabel: false, showMaxLabel: false };
  return drawFigure(about, size, {
    grid,
    xAxis: {
      ...valueAxis(),
      ...axisName("epoch"),
      min: 0.5,
      max: epochs.length + 0.5,
      minInterval: 1,
      axisLabel: label,
      splitLine: { show: false },
    },
    yAxis: {
      ...valueAxis(),
      ...axisName(unit, 42),
      ...(fromZero ? { min: 0 } : { scale: true }),
      axisLabel: { ...valueAxis().axisLabel, formatter: axisNumber },
    },
    graphic: [...legend(present), ...phaseMarks(phases, epochs.length)],
    series: phases.flatMap(({ first, count }) =>
      present.map(({ colour: name, value }) => ({
        type: "line" as const,
        silent: true,
        // Few epochs show as points, and a phase of one would show as nothing else.
        showSymbol: count <= 30,
        symbol: "circle",
        symbolSize: 4,
        lineStyle: { color: colour(name), width: 2 },
        itemStyle: { color: colour(name) },
        data: epochs.slice(first, first + count).flatMap((epoch, place) => {
          const y = value(epoch);
          return y === undefined ? [] : [[first + place + 1, y]];
        }),
      })),
    ),
  });
}

type Graphic = Extract<NonNullable<ChartOption["graphic"]>, unknown[]>[number];

/** What each line is, in a row above the plot. */
function legend(curves: readonly Curve[]): Graphic[] {
  let x = grid.left;
  return curves.flatMap(({ label, colour: name }) => {
    const left = x;
    x += 40 + textWidth(label);
    const stroke = colour(name);
    return [
      { type: "line", shape: { x1: left, y1: 13, x2: left + 18, y2: 13 }, style: { stroke, lineWidth: 2 } },
      { type: "text", style: { text: label, x: left + 24, y: 6, ...drawnText("ink", 12) } },
    ] satisfies Graphic[];
  });
}

interface Phase {
  name: string;
  /** Place of its first epoch among all. */
  first: number;
  count: number;
}

function phasesOf(epochs: readonly TrainingEpoch[]): Phase[] {
  const phases: Phase[] = [];
  epochs.forEach(({ phase }, first) => {
    const last = phases.at(-1);
    if (last?.name === phase) last.count++;
    else phases.push({ name: phase, first, count: 1 });
  });
  return phases;
}

/** The name of each phase over its middle, where it fits beside the last one, and a line where the next begins. */
function phaseMarks(phases: readonly Phase[], epochs: number): Graphic[] {
  const xOf = (epoch: number): number => grid.left + (epoch / epochs) * plotWidth;
  let free = 0;
  return phases.flatMap(({ name, first, count }) => {
    const marks: Graphic[] = [];
    if (first > 0) {
      const x = Math.round(xOf(first)) + 0.5;
      const shape = { x1: x, y1: grid.top - 22, x2: x, y2: size.height - grid.bottom };
      marks.push({ type: "line", shape, style: { stroke: colour("muted"), lineWidth: 1, lineDash: [3, 3] } });
    }
    const width = textWidth(name);
    const middle = xOf(first + count / 2);
    const left = Math.min(Math.max(middle - width / 2, 0), size.width - width);
    if (left < free) return marks;
    free = left + width + 8;
    marks.push({ type: "text", style: { text: name, x: left, y: grid.top - 22, ...drawnText("muted", 12) } });
    return marks;
  });
}

/** About, in pixels, at 12 pixels of height. */
function textWidth(text: string): number {
  return text.length * 7;
}
