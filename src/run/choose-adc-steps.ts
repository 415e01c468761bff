import type { Macro } from "../macro/macro.js";
import { addPlanes } from "../mapping/decode.js";
import { unroll } from "../mapping/im2col.js";
import type { Placement, Tile } from "../mapping/placement.js";
import { inputOf, type FeatureMap, type MatrixLayer, type QuantizedNetwork } from "../network/quantized-network.js";
import { computeTile } from "./macro-engine.js";

/** Input vectors of a tile that its ADC step is chosen on. */
const sampleVectors = 2048;

/**
 * Chooses each tile's ADC step on the reference macro: of the steps that the macro offers, the one whose sums come closest
 * to the exact products, in mean square. A small step clips the large sums, a large one rounds all of them; which is worse
 * depends on the weights and on what the layer is fed, so it is measured. Training images alone may choose.
 * @param activations node id -> exact activations of `images` training images
 * @returns levels per step for the tiles given, in their order
 */
export async function chooseAdcSteps(
  macro: Macro,
  network: QuantizedNetwork,
  placement: Placement,
  tiles: readonly Tile[],
  activations: ReadonlyMap<string, FeatureMap>,
  images: number,
  signal?: AbortSignal,
): Promise<number[]> {
  const chosen: number[] = [];
  for (const tile of tiles) {
    const layer = network.nodes.find(({ id }) => id === tile.layer) as MatrixLayer;
    const rows = tile.rowEnd - tile.rowBegin;
    const data = sampleEvenly(unroll(layer, inputOf(layer, activations)!, images, tile.rowBegin, tile.rowEnd), rows);
    const exact = exactLines(layer, tile, data, placement.spec);
    let best = { levels: 0, error: Infinity };
    for (const levels of placement.spec.adcStepLevels) {
      await macro.configure({ adcStepLevels: [{ array: tile.array, levels }] }, { signal });
      const { error, saturated } = await squaredError(macro, placement, layer, tile, data, levels, exact, signal);
      if (error < best.error) best = { levels, error };
      // Steps ascend: once nothing clips and rounding makes it worse, no larger step can be better.
      else if (saturated === 0) break;
    }
    chosen.push(best.levels);
  }
  return chosen;
}

/** How far a tile's sums at one ADC step are from the exact ones, squared and added, in levels. */
async function squaredError(
  macro: Macro,
  placement: Placement,
  layer: MatrixLayer,
  tile: Tile,
  data: Uint8Array,
  levels: number,
  exact: Float64Array,
  signal: AbortSignal | undefined,
): Promise<{ error: number; saturated: number }> {
  const want = placement.spec.shiftAdd ? "sums" : "codes";
  let error = 0;
  let saturated = 0;
  for await (const { answer, firstVector } of computeTile(macro, placement, layer, tile, data, 0, want, signal)) {
    const sums = want === "codes" ? addPlanes(answer, layer.inputBits) : answer.values;
    const from = firstVector * answer.outputs;
    for (let index = 0; index < sums.length; index++) error += (sums[index] * levels - exact[from + index]) ** 2;
    saturated += answer.saturated;
  }
  return { error, saturated };
}

/** Every n-th vector, so that positions and images are all represented. */
function sampleEvenly(vectors: Uint8Array, rows: number): Uint8Array {
  const count = vectors.length / rows;
  if (count <= sampleVectors) return vectors;
  const sample = new Uint8Array(sampleVectors * rows);
  for (let index = 0; index < sampleVectors; index++) {
    const from = Math.floor((index * count) / sampleVectors) * rows;
    sample.set(vectors.subarray(from, from + rows), index * rows);
  }
  return sample;
}

/** What each ADC output of the tile would sum to without an ADC, in levels: [vectors × ADC outputs]. */
function exactLines(layer: MatrixLayer, tile: Tile, data: Uint8Array, spec: Placement["spec"]): Float64Array {
  const rows = tile.rowEnd - tile.rowBegin;
  const perOutput = tile.slices * (spec.differential === "host" ? 2 : 1);
  const outputs = (tile.outputEnd - tile.outputBegin) * perOutput;
  const mask = 2 ** spec.cellBits - 1;
  const lines = new Float64Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    for (let output = tile.outputBegin; output < tile.outputEnd; output++) {
      const weight = layer.weights[output * layer.rows + tile.rowBegin + row];
      for (let slice = 0; slice < tile.slices; slice++) {
        const digit = (Math.abs(weight) >> (slice * spec.cellBits)) & mask;
        const line = row * outputs + (output - tile.outputBegin) * perOutput;
        if (spec.differential === "host") lines[line + 2 * slice + (weight < 0 ? 1 : 0)] = digit;
        else lines[line + slice] = Math.sign(weight) * digit;
      }
    }
  }
  const vectors = data.length / rows;
  const exact = new Float64Array(vectors * outputs);
  for (let vector = 0; vector < vectors; vector++) {
    for (let row = 0; row < rows; row++) {
      const input = data[vector * rows + row];
      if (input === 0) continue;
      for (let output = 0; output < outputs; output++)
        exact[vector * outputs + output] += input * lines[row * outputs + output];
    }
  }
  return exact;
}
