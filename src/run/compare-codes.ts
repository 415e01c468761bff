import { throwIfAborted } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import { giveBack } from "../kernels/shared-buffers.js";
import { adcRails, type Macro, type MacroSpec, type OutputBlock } from "../macro/macro.js";
import { tilesOf, type Placement } from "../mapping/placement.js";
import { inputOf, type FeatureMap, type MatrixLayer } from "../network/quantized-network.js";
import { ahead } from "./ahead.js";
import type { CodeTally } from "./code-tally.js";
import { computeTile, inputsOf } from "./macro-engine.js";

/** Codes that are counted before the next ones are fetched from memory. */
const codesInCache = 16384;

/** Vectors whose codes are asked for at once: as many as keep a block of codes to a few megabytes. */
const vectorsAtOnce = 2048;

/**
 * Gives both macros the same inputs, tile by tile, and counts every pair of ADC codes. Inputs are the exact activations of the
 * quantized network, so that a layer's figure tells of that layer alone and not of what came before it. While one block's
 * codes are counted, both macros work on the next.
 * @param activations node id -> activations of `images` images, the first of which is the run's `firstImage`
 * @param tally takes what this round's tiles of the layer show
 */
export async function compareLayerCodes(
  pair: { subject: Macro; reference: Macro },
  placement: Placement,
  layer: MatrixLayer,
  round: number,
  activations: ReadonlyMap<string, FeatureMap>,
  images: number,
  firstImage: number,
  tally: CodeTally,
  { signal }: JobContext,
): Promise<void> {
  const tiles = tilesOf(placement, layer.id).filter((tile) => tile.round === round);
  if (tiles.length === 0) return;
  const { low, high } = adcRails(placement.spec);
  const inputs = inputsOf(layer, inputOf(layer, activations)!, images);
  const spec: MacroSpec = { ...placement.spec, maxVectors: Math.min(placement.spec.maxVectors, vectorsAtOnce) };
  async function* codesOf(macro: Macro): AsyncGenerator<OutputBlock> {
    for (const tile of tiles) {
      throwIfAborted(signal);
      const blocks = computeTile(
        macro,
        { ...placement, spec },
        layer,
        tile,
        inputs.of(tile),
        firstImage,
        "codes",
        signal,
      );
      for await (const { answer } of blocks) yield answer;
    }
  }
  // Both are asked before either is waited for.
  await using references = ahead(codesOf(pair.reference));
  await using subjects = ahead(codesOf(pair.subject));
  for (;;) {
    const [reference, subject] = await Promise.all([references.next(), subjects.next()]);
    if (reference === undefined || subject === undefined) break;
    const [ours, theirs] = [subject.values, reference.values];
    for (let from = 0; from < ours.length; from += codesInCache) {
      const [codes, referenceCodes] = [ours, theirs].map((values) => values.subarray(from, from + codesInCache));
      tally.add(codes, referenceCodes, low, high);
    }
    giveBack(ours);
    giveBack(theirs);
  }
  inputs.giveBack();
}
