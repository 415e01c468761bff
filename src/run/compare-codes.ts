import { throwIfAborted } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import { adcRails, type Macro, type MacroSpec } from "../macro/macro.js";
import { tilesOf, type Placement } from "../mapping/placement.js";
import { inputOf, type FeatureMap, type MatrixLayer } from "../network/quantized-network.js";
import { CodeTally } from "./code-tally.js";
import { computeTile, inputsOf } from "./macro-engine.js";

/**
 * Gives both macros the same inputs, tile by tile, and compares every ADC code. Inputs are the exact activations of the
 * quantized network, so that a layer's figure tells of that layer alone and not of what came before it.
 * @param activations node id -> activations of `images` images, the first of which is the run's `firstImage`
 * @returns what this round's tiles of the layer showed; undefined where it holds none
 */
export async function compareLayerCodes(
  pair: { subject: Macro; reference: Macro },
  placement: Placement,
  layer: MatrixLayer,
  round: number,
  activations: ReadonlyMap<string, FeatureMap>,
  images: number,
  firstImage: number,
  context: JobContext,
): Promise<CodeTally | undefined> {
  const tiles = tilesOf(placement, layer.id).filter((tile) => tile.round === round);
  if (tiles.length === 0) return undefined;
  const tally = new CodeTally();
  const { low, high } = adcRails(placement.spec);
  const inputs = inputsOf(layer, inputOf(layer, activations)!, images);
  // As many vectors at once as keep a block of codes to a few megabytes.
  const spec: MacroSpec = { ...placement.spec, maxVectors: Math.min(placement.spec.maxVectors, 2048) };
  for (const tile of tiles) {
    throwIfAborted(context.signal);
    const data = inputs.of(tile);
    const of = (macro: Macro) =>
      computeTile(macro, { ...placement, spec }, layer, tile, data, firstImage, "codes", context.signal);
    const references = of(pair.reference);
    for await (const { answer: subject } of of(pair.subject)) {
      const reference = (await references.next()).value as { answer: typeof subject };
      tally.add(subject.values, reference.answer.values, low, high);
    }
  }
  inputs.giveBack();
  return tally;
}
