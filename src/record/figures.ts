import type { Measurement } from "./measurement.js";
import type { LayerResult, RunDocument } from "./run-document.js";

/** One figure of a run before it is judged. */
export type Figure = Pick<Measurement, "name" | "value" | "unit">;

interface FigureOf<T> {
  name: string;
  unit: Measurement["unit"];
  /** Undefined where the run has no such figure. */
  value: (of: T) => number | undefined;
}

const ofTheRun: readonly FigureOf<RunDocument>[] = [
  { name: "accuracy.float", unit: "fraction", value: ({ accuracies }) => accuracies.float?.fraction },
  { name: "accuracy.integer", unit: "fraction", value: ({ accuracies }) => accuracies.integer.fraction },
  { name: "accuracy.reference", unit: "fraction", value: ({ accuracies }) => accuracies.reference.fraction },
  { name: "accuracy.subject", unit: "fraction", value: ({ accuracies }) => accuracies.subject.fraction },
  { name: "population.mean", unit: "fraction", value: ({ population }) => population?.mean },
  { name: "population.worst", unit: "fraction", value: ({ population }) => population?.worst },
  {
    name: "population.standardDeviation",
    unit: "fraction",
    value: ({ population }) => population?.standardDeviation,
  },
  { name: "difference.fraction", unit: "fraction", value: ({ difference }) => difference.fraction },
  { name: "difference.mcnemarP", unit: "1", value: ({ difference }) => difference.mcnemarP },
  { name: "agreement.share", unit: "fraction", value: ({ agreement }) => agreement.share },
  { name: "agreement.cohenKappa", unit: "1", value: ({ agreement }) => agreement.cohenKappa },
];

const ofALayer: readonly FigureOf<LayerResult>[] = [
  { name: "codes.rmseLsb", unit: "LSB", value: ({ codes }) => codes.rmseLsb },
  { name: "codes.meanErrorLsb", unit: "LSB", value: ({ codes }) => codes.meanErrorLsb },
  { name: "codes.maxAbsErrorLsb", unit: "LSB", value: ({ codes }) => codes.maxAbsErrorLsb },
  { name: "codes.nmse", unit: "1", value: ({ codes }) => codes.nmse },
  { name: "codes.equalShare", unit: "fraction", value: ({ codes }) => codes.equalShare },
  { name: "codes.clippedShare.subject", unit: "fraction", value: ({ codes }) => codes.clippedShare.subject },
  { name: "codes.clippedShare.reference", unit: "fraction", value: ({ codes }) => codes.clippedShare.reference },
  { name: "clippedShare.subject", unit: "fraction", value: ({ clippedShare }) => clippedShare.subject },
  { name: "clippedShare.reference", unit: "fraction", value: ({ clippedShare }) => clippedShare.reference },
];

const ofTheHardware: readonly FigureOf<RunDocument>[] = [
  { name: "hardware.tiles", unit: "1", value: ({ hardware }) => hardware.tiles },
  { name: "hardware.rounds", unit: "1", value: ({ hardware }) => hardware.rounds },
  { name: "hardware.cells", unit: "1", value: ({ hardware }) => hardware.cells },
  { name: "hardware.adcConversionsPerImage", unit: "1", value: ({ hardware }) => hardware.adcConversionsPerImage },
  { name: "hardware.utilisation", unit: "fraction", value: ({ hardware }) => hardware.utilisation },
];

const speed: FigureOf<RunDocument> = {
  name: "timing.imagesPerSecond",
  unit: "images/s",
  value: ({ timing }) => timing.imagesPerSecond,
};

/** The steps that a run is timed by. */
export const timedSteps = [
  ...["load", "quantize", "map", "program", "choose ADC steps", "read offsets", "compare codes"],
  ...["infer integer", "infer reference", "infer subject", "infer subject uncorrected", "infer other chips"],
] as const;

const ofAStep = (step: string) => `timing.steps.${step}.seconds`;

/** The figures of a run, in the document's order. */
export function figuresOf(document: RunDocument): Figure[] {
  return [
    ...ofTheRun.flatMap((figure) => measured(figure, document)),
    ...document.layers.flatMap((layer) =>
      ofALayer.flatMap((figure) => measured({ ...figure, name: `layers.${layer.id}.${figure.name}` }, layer)),
    ),
    ...ofTheHardware.flatMap((figure) => measured(figure, document)),
    ...document.timing.steps.map(({ step, seconds }) => ({ name: ofAStep(step), value: seconds, unit: "s" as const })),
    ...measured(speed, document),
  ];
}

/** All figures that a run of these layers can have, before it is made: name -> unit. */
export function figureUnits(layers: readonly string[]): Map<string, Measurement["unit"]> {
  return new Map([
    ...[...ofTheRun, ...ofTheHardware, speed].map(({ name, unit }) => [name, unit] as const),
    ...layers.flatMap((layer) => ofALayer.map(({ name, unit }) => [`layers.${layer}.${name}`, unit] as const)),
    ...timedSteps.map((step) => [ofAStep(step), "s"] as const),
  ]);
}

function measured<T>({ name, unit, value }: FigureOf<T>, of: T): Figure[] {
  const found = value(of);
  return found === undefined ? [] : [{ name, unit, value: found }];
}
