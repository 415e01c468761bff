import type { JobContext } from "../base/progress.js";
import type { Macro } from "../macro/macro.js";
import type { Placement } from "../mapping/placement.js";
import { matrixLayers, type QuantizedNetwork } from "../network/quantized-network.js";
import { CodeTally, type TallyJson } from "./code-tally.js";
import { compareLayerCodes } from "./compare-codes.js";
import type { ExactActivations } from "./exact-activations.js";

/** Images whose every ADC code is compared. */
export const comparedImages = 100;
/** Of them, how many at once: all codes of a hundred images would not fit memory. */
export const comparedAtOnce = 10;

/** What a comparison of codes needs: two macros that hold the round's tiles, and what they are fed. */
export interface ComparisonJob {
  network: QuantizedNetwork;
  placement: Placement;
  subject: Macro;
  reference: Macro;
  compared: ExactActivations;
}

/** Every layer's codes of one round, on the first images, in a form that is saved. */
export async function compareRound(
  job: ComparisonJob,
  round: number,
  context: JobContext,
): Promise<Record<string, TallyJson>> {
  const { placement, compared } = job;
  const held = new Set(placement.tiles.filter((tile) => tile.round === round).map(({ layer }) => layer));
  const layers = matrixLayers(job.network).filter(({ id }) => held.has(id));
  const tallies = layers.map((layer) => ({ layer, tally: new CodeTally() }));
  for (let first = 0; first < compared.images; first += compared.batch) {
    const { activations, count } = await compared.of(first);
    for (const { layer, tally } of tallies)
      await compareLayerCodes(job, placement, layer, round, activations, count, first, tally, context);
    context.progress?.({ label: "comparing codes", done: first + count, total: compared.images, unit: "images" });
  }
  return Object.fromEntries(tallies.map(({ layer, tally }) => [layer.id, tally.toJson()]));
}
