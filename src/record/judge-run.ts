import { NasError } from "../base/errors.js";
import { nearestName } from "../base/nearest.js";
import { judge, type Limits, type Measurement } from "./measurement.js";
import type { RunDocument } from "./run-document.js";

/**
 * The figures of a run as measurements in the document's order, each judged by the limits of its name; limits are inclusive.
 * @throws NAS_CONFIG_INVALID where a limit names no measurement of this run, or has neither min nor max, or min above max.
 */
export function judgeRun(document: RunDocument, limits: Record<string, Limits> = {}): Measurement[] {
  const figures = [...figuresOf(document)];
  const names = new Set(figures.map(({ name }) => name));
  for (const [name, bounds] of Object.entries(limits)) checkLimit(name, bounds, names);
  return figures.map((figure) => {
    const own = Object.hasOwn(limits, figure.name) ? limits[figure.name] : undefined;
    return { ...figure, ...(own === undefined ? {} : { limits: own }), verdict: judge(figure.value, own) };
  });
}

type Figure = Pick<Measurement, "name" | "value" | "unit">;

function* figuresOf(document: RunDocument): Generator<Figure> {
  const { accuracies, difference, agreement, hardware, timing } = document;
  for (const of of ["float", "integer", "reference", "subject"] as const) {
    const measured = accuracies[of];
    if (measured !== undefined) yield { name: `accuracy.${of}`, value: measured.fraction, unit: "fraction" };
  }
  yield { name: "difference.fraction", value: difference.fraction, unit: "fraction" };
  yield { name: "difference.mcnemarP", value: difference.mcnemarP, unit: "1" };
  yield { name: "agreement.share", value: agreement.share, unit: "fraction" };
  yield { name: "agreement.cohenKappa", value: agreement.cohenKappa, unit: "1" };
  for (const { id, codes, clippedShare } of document.layers) {
    const layer = `layers.${id}`;
    yield { name: `${layer}.codes.rmseLsb`, value: codes.rmseLsb, unit: "LSB" };
    yield { name: `${layer}.codes.meanErrorLsb`, value: codes.meanErrorLsb, unit: "LSB" };
    yield { name: `${layer}.codes.maxAbsErrorLsb`, value: codes.maxAbsErrorLsb, unit: "LSB" };
    yield { name: `${layer}.codes.nmse`, value: codes.nmse, unit: "1" };
    yield { name: `${layer}.codes.equalShare`, value: codes.equalShare, unit: "fraction" };
    yield { name: `${layer}.codes.clippedShare.subject`, value: codes.clippedShare.subject, unit: "fraction" };
    yield { name: `${layer}.codes.clippedShare.reference`, value: codes.clippedShare.reference, unit: "fraction" };
    yield { name: `${layer}.clippedShare.subject`, value: clippedShare.subject, unit: "fraction" };
    yield { name: `${layer}.clippedShare.reference`, value: clippedShare.reference, unit: "fraction" };
  }
  yield { name: "hardware.tiles", value: hardware.tiles, unit: "1" };
  yield { name: "hardware.rounds", value: hardware.rounds, unit: "1" };
  yield { name: "hardware.cells", value: hardware.cells, unit: "1" };
  yield { name: "hardware.adcConversionsPerImage", value: hardware.adcConversionsPerImage, unit: "1" };
  yield { name: "hardware.utilisation", value: hardware.utilisation, unit: "fraction" };
  for (const { step, seconds } of timing.steps)
    yield { name: `timing.steps.${step}.seconds`, value: seconds, unit: "s" };
  yield { name: "timing.imagesPerSecond", value: timing.imagesPerSecond, unit: "images/s" };
}

function checkLimit(name: string, { min, max }: Limits, names: ReadonlySet<string>): void {
  if (!names.has(name)) {
    const near = nearestName(name, names);
    throw new NasError("NAS_CONFIG_INVALID", `limits: "${name}" is no measurement of this run`, {
      hint: near === undefined ? "docs/run-document.md lists the measurements" : `did you mean "${near}"?`,
      context: { name, near, known: [...names] },
    });
  }
  if (min === undefined && max === undefined) {
    throw new NasError("NAS_CONFIG_INVALID", `limits: "${name}" has neither min nor max`, {
      hint: "give at least one of them, or leave the entry out",
      context: { name },
    });
  }
  if (min !== undefined && max !== undefined && min > max) {
    throw new NasError("NAS_CONFIG_INVALID", `limits: "${name}" has min ${min} above max ${max}`, {
      hint: "swap them",
      context: { name, min, max },
    });
  }
}
