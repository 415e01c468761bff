import { figuresOf } from "./figures.js";
import { judge, type Limits, type Measurement } from "./measurement.js";
import type { RunDocument } from "./run-document.js";

/**
 * The figures of a run as measurements in the document's order, each judged by the limits of its name; limits are inclusive.
 * A limit on a figure that this run has not, such as the float accuracy where nothing tells it, fails with the value NaN.
 */
export function judgeRun(document: RunDocument, limits: Readonly<Record<string, Limits>> = {}): Measurement[] {
  const figures = figuresOf(document);
  const names = new Set(figures.map(({ name }) => name));
  const absent = Object.keys(limits).filter((name) => !names.has(name));
  const missing = absent.map((name) => ({ name, value: NaN, unit: "1" as const }));
  return [...figures, ...missing].map((figure) => {
    const own = Object.hasOwn(limits, figure.name) ? limits[figure.name] : undefined;
    return { ...figure, ...(own === undefined ? {} : { limits: own }), verdict: judge(figure.value, own) };
  });
}
