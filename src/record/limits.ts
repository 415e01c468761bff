import { NasError } from "../base/errors.js";
import { nearestName } from "../base/nearest.js";
import { figureUnits } from "./figures.js";
import type { Limits, Measurement } from "./measurement.js";

/**
 * Checks limits before a run is made. `layers`: the ids of the network's matrix layers.
 * @throws NAS_CONFIG_INVALID where a limit names no figure of such a run, has neither min nor max, or min above max, or a share in percent
 */
export function checkLimits(limits: Readonly<Record<string, Limits>>, layers: readonly string[]): void {
  const units = figureUnits(layers);
  for (const [name, bounds] of Object.entries(limits)) checkLimit(name, bounds, units);
}

function checkLimit(name: string, { min, max }: Limits, units: ReadonlyMap<string, Measurement["unit"]>): void {
  const configKey = ["limits", name];
  if (!units.has(name)) {
    const near = nearestName(name, units.keys());
    throw new NasError("NAS_CONFIG_INVALID", `limits: "${name}" is no measurement of this run`, {
      hint: near === undefined ? "docs/run-document.md lists the measurements" : `did you mean "${near}"?`,
      context: { configKey, name, near },
    });
  }
  if (min === undefined && max === undefined) {
    throw new NasError("NAS_CONFIG_INVALID", `limits: "${name}" has neither min nor max`, {
      hint: "give at least one of them, or leave the entry out",
      context: { configKey, name },
    });
  }
  if (min !== undefined && max !== undefined && min > max) {
    throw new NasError("NAS_CONFIG_INVALID", `limits: "${name}" has min ${min} above max ${max}`, {
      hint: "swap them",
      context: { configKey, name, min, max },
    });
  }
  const percent = units.get(name) === "fraction" ? [min, max].find((bound) => Math.abs(bound ?? 0) > 1) : undefined;
  if (percent !== undefined) {
    throw new NasError("NAS_CONFIG_INVALID", `limits: "${name}" has the limit ${percent}, but it is a fraction of 1`, {
      hint: `for ${percent} % write ${percent / 100}`,
      context: { configKey, name, limit: percent },
    });
  }
}
