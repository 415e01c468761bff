import { NasError } from "../base/errors.js";
import { nearestName } from "../base/nearest.js";
import type { Macro } from "../macro/macro.js";
import type { Placement } from "../mapping/placement.js";
import { HybridMacro } from "./hybrid-macro.js";

/**
 * Checks the layers that a run is to put on its subject, the rest staying on the reference.
 * @param layers ids of the network's layers that have weights
 * @throws NAS_CLI_USAGE where one is none of them
 */
export function checkOnSubject(onSubject: readonly string[] | undefined, layers: readonly string[]): void {
  for (const id of onSubject ?? []) {
    if (layers.includes(id)) continue;
    const nearest = nearestName(id, layers);
    throw new NasError("NAS_CLI_USAGE", `--on-subject names "${id}", which is no layer of the network`, {
      hint: nearest === undefined ? `its layers: ${layers.join(", ")}` : `did you mean "${nearest}"?`,
      context: { layer: id, layers: [...layers] },
    });
  }
}

/** The subject of a run: the macro itself, or with only the chosen layers' tiles on it. */
export function subjectWith(
  onSubject: readonly string[] | undefined,
  subject: Macro,
  reference: Macro,
  placement: Placement,
): Macro {
  if (onSubject === undefined) return subject;
  const tiles = new Set(placement.tiles.filter(({ layer }) => onSubject.includes(layer)).map(({ tile }) => tile));
  return new HybridMacro(subject, reference, (tile) => tiles.has(tile));
}
