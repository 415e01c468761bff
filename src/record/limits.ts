import { NasError } from "../base/errors.js";
import { nearestName } from "../base/nearest.js";
import { figureNames } from "./figures.js";
import type { Limits } from "./measurement.js";

/**
 * Checks limits before a run is made. `layers`: the ids of the network's matrix layers.
 * @throws NAS_CONFIG_INVALID where a limit names no figure of such a run, has neither min nor max, or min above max
 */
export function checkLimits(limits: Readonly<Record<string, Limits>>, layers: readonly string[]): void {
  const names = figureNames(layers);
  for (const [name, bounds] of Object.entries(limits)) checkLimit(name, bounds, names);
}

function checkLimit(name: string, { min, max }: Limits, names: ReadonlySet<string>): void {
  if (!names.has(name)) {
    const near = nearestName(name, names);
    throw new NasError("NAS_CONFIG_INVALID", `limits: "${name}" is no measurement of this run`, {
      hint: near === undefined ? "docs/run-document.md lists the measurements" : `did you mean "${near}"?`,
      context: { name, near },
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
