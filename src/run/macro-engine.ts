import { giveBack } from "../kernels/shared-buffers.js";
import type { InputBlock, Macro, OutputBlock } from "../macro/macro.js";
import { decodeInto } from "../mapping/decode.js";
import { offsetSums, subtractOffsets } from "../mapping/offset-sums.js";
import { unroll } from "../mapping/im2col.js";
import { tilesOf, type Placement, type Tile } from "../mapping/placement.js";
import type { MatrixLayer } from "../network/quantized-network.js";
import { throwFirstFailure } from "./first-failure.js";
import type { LayerEngine } from "./layer-engine.js";

/**
 * A macro behind a placement. The macro must hold the round's tiles (program-round.ts) when products are asked of it.
 * @param adcStepLevels levels per ADC step of each tile, by tile number
 * @param offsets of the ADCs, in ADC steps, by tile number: taken out of the sums; tiles without stay as they are
 */
export function macroEngine(
  macro: Macro,
  placement: Placement,
  adcStepLevels: readonly number[],
  batchesInFlight = 4,
  offsets: ReadonlyMap<number, Float64Array> = new Map(),
): LayerEngine {
  return {
    rounds: placement.rounds,
    batchesInFlight,
    async addProducts({ layer, round, maps, images, firstImage, sums, signal }) {
      const tiles = tilesOf(placement, layer.id);
      const here = tiles.filter((tile) => tile.round === round);
      if (here.length === 0) return { reached: "absent", saturated: 0 };
      const want = placement.spec.shiftAdd ? "sums" : "codes";
      const inputs = inputsOf(layer, maps, images);
      const counts = await Promise.allSettled(
        here.map(async (tile) => {
          const blocks = computeTile(macro, placement, layer, tile, inputs.of(tile), firstImage, want, signal);
          const own = offsets.get(tile.tile);
          const excess = own && offsetSums(own, tile, placement.spec, adcStepLevels[tile.tile], layer.inputBits);
          let count = 0;
          for await (const { answer, firstVector } of blocks) {
            const part = sums.subarray(firstVector * layer.outputs);
            decodeInto(part, layer.outputs, answer, tile, placement.spec, adcStepLevels[tile.tile], {
              want,
              bits: layer.inputBits,
            });
            if (excess) subtractOffsets(part, layer.outputs, answer.vectors, excess, tile.outputBegin);
            count += answer.saturated;
            giveBack(answer.values);
          }
          return count;
        }),
      );
      // Only now, when all have ended, does nobody read the inputs or use the macro any more.
      inputs.giveBack();
      throwFirstFailure(counts);
      const saturated = counts.reduce((sum, count) => sum + (count.status === "fulfilled" ? count.value : 0), 0);
      const last = tiles[tiles.length - 1].round;
      return { reached: last > round ? "partial" : "complete", saturated };
    },
  };
}

/**
 * Input vectors by tile: tiles that take the same rows of the matrix share one unrolling. To be given back when no macro
 * reads them any more.
 */
export function inputsOf(
  layer: MatrixLayer,
  maps: Uint8Array,
  images: number,
): { of: (tile: Tile) => Uint8Array; giveBack: () => void } {
  const byRows = new Map<number, Uint8Array>();
  return {
    of: ({ rowBegin, rowEnd }) => {
      const known = byRows.get(rowBegin) ?? unroll(layer, maps, images, rowBegin, rowEnd);
      byRows.set(rowBegin, known);
      return known;
    },
    giveBack: () => byRows.forEach(giveBack),
  };
}

/** One tile's answers for a batch of images, in blocks that the macro takes; firstVector counts from the batch's first. */
export async function* computeTile(
  macro: Macro,
  placement: Placement,
  layer: MatrixLayer,
  tile: Tile,
  data: Uint8Array,
  firstImage: number,
  want: "codes" | "sums",
  signal?: AbortSignal,
): AsyncGenerator<{ answer: OutputBlock; firstVector: number }> {
  const positions = layer.outShape.height * layer.outShape.width;
  const rows = tile.rowEnd - tile.rowBegin;
  const vectors = data.length / rows;
  const most = placement.spec.maxVectors;
  for (let firstVector = 0; firstVector < vectors; firstVector += most) {
    const count = Math.min(most, vectors - firstVector);
    const block: InputBlock = {
      array: tile.array,
      vectors: count,
      rows,
      bits: layer.inputBits,
      data: data.subarray(firstVector * rows, (firstVector + count) * rows),
      want,
    };
    const keys = { firstVector: firstImage * positions + firstVector };
    const answer = await macro.compute(block, { signal, keys });
    yield { answer, firstVector };
  }
}
