import type { JobContext } from "../base/progress.js";
import type { Macro } from "../macro/macro.js";
import { commonSpec } from "../mapping/common-spec.js";
import { placeNetwork } from "../mapping/place-network.js";
import type { Placement } from "../mapping/placement.js";
import { quantize } from "../network/quantize.js";
import { matrixLayers } from "../network/quantized-network.js";
import { readNetwork } from "../network/read-network.js";
import { checkOnSubject } from "./on-subject.js";
import { openMacro } from "./open-macro.js";
import { resolveRequest } from "./resolve-request.js";
import type { RunRequest } from "./run-request.js";

/** What a run would write into its subject. */
export interface PlannedWrites {
  /** The subject in a person's words. */
  subject: string;
  rounds: number;
  tiles: number;
  cells: number;
  /** Array -> times that it would be programmed. */
  programmings: Record<number, number>;
}

/**
 * Says what a run would write into its subject's cells, and writes nothing: opens both macros, places the network, closes them.
 * @throws what runBench throws before its first programming
 */
export async function planWrites(request: RunRequest, context: JobContext): Promise<PlannedWrites> {
  const configuration = resolveRequest(request);
  const network = quantize(readNetwork(configuration.networkFolder));
  checkOnSubject(
    configuration.onSubject,
    matrixLayers(network).map(({ id }) => id),
  );
  const simulation = { seed: configuration.seed, threads: 1 };
  await using reference = await openMacro(configuration.reference, simulation, context);
  await using subject = await openMacro(configuration.subject, simulation, context);
  const placement = placeNetwork(network, commonSpec(subject.spec, reference.spec));
  return plannedWrites(subject, placement, configuration.onSubject);
}

/** What a placement writes into a subject. @param onSubject the layers on it, where not all are */
export function plannedWrites(
  { identity }: Pick<Macro, "identity">,
  placement: Placement,
  onSubject: readonly string[] | undefined,
): PlannedWrites {
  const tiles = placement.tiles.filter(({ layer }) => onSubject === undefined || onSubject.includes(layer));
  const programmings: Record<number, number> = {};
  for (const { array } of tiles) programmings[array] = (programmings[array] ?? 0) + 1;
  const cells = tiles.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  return { subject: identity.description, rounds: placement.rounds, tiles: tiles.length, cells, programmings };
}

/** The same in a line. */
export function plannedWritesInWords({ subject, rounds, tiles, cells, programmings }: PlannedWrites): string {
  const most = Math.max(0, ...Object.values(programmings));
  const times = `${Object.keys(programmings).length} arrays, each up to ${most} times`;
  return `writes ${tiles} tiles, ${cells} cells, in ${rounds} rounds (${times}) into ${subject}`;
}
