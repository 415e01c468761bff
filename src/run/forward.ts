import { requantizeFast } from "../kernels/digital.js";
import type { MatrixLayer, QuantizedNetwork, QuantizedPool } from "../network/quantize.js";
import type { LayerEngine } from "./layer-engine.js";

/** Where a batch of images stands in the network. Between rounds it waits in the record store. */
export interface BatchState {
  images: number;
  /** Node id -> activations [images × height × width × channels]; "input" is the images themselves. */
  activations: Map<string, Uint8Array>;
  /** Sums of a layer of which a later round has more tiles. */
  partial?: { layer: string; sums: Int32Array };
  /** [images × classes], once the classifier is through. */
  logits?: Float64Array;
  /** Layer -> saturated conversions so far. */
  saturated: Map<string, number>;
}

/** A batch at the network's entrance. */
export function enter(input: Uint8Array, images: number): BatchState {
  return { images, activations: new Map([["input", input]]), saturated: new Map() };
}

/**
 * Takes a batch as far as one round's tiles reach. Matrix layers go to the engine; pooling and requantization are digital
 * and happen here, as they would beside the macro.
 */
export async function forward(
  network: QuantizedNetwork,
  engine: LayerEngine,
  state: BatchState,
  at: { round: number; firstImage: number; signal?: AbortSignal },
): Promise<void> {
  for (const node of network.nodes) {
    if (state.activations.has(node.id)) continue;
    const maps = state.activations.get(node.source);
    if (!maps) continue;
    if (node.op === "globalAveragePool") {
      state.activations.set(node.id, poolMaps(node, maps, state.images));
      continue;
    }
    const sums =
      state.partial?.layer === node.id ? state.partial.sums : new Int32Array(state.images * sumsPerImage(node));
    const { reached, saturated } = await engine.addProducts({ layer: node, maps, images: state.images, sums, ...at });
    if (reached === "absent") return;
    state.saturated.set(node.id, (state.saturated.get(node.id) ?? 0) + saturated);
    if (reached === "partial") {
      state.partial = { layer: node.id, sums };
      return;
    }
    state.partial = undefined;
    if (node.outputBits === undefined) state.logits = toLogits(node, sums);
    else state.activations.set(node.id, requantizeFast(sums, node.multiplier, node.offset, 2 ** node.outputBits - 1));
  }
}

/** Forgets activations that no later node reads. */
export function dropSpent(network: QuantizedNetwork, state: BatchState): void {
  const wanted = new Set(
    network.nodes
      .filter((node) => !state.activations.has(node.id) && state.logits === undefined)
      .map((node) => node.source),
  );
  for (const id of [...state.activations.keys()]) if (!wanted.has(id)) state.activations.delete(id);
}

/** Class with the largest logit for each image; the lowest class number where several are equal. */
export function predict(logits: Float64Array, classes: number): Uint8Array {
  const predictions = new Uint8Array(logits.length / classes);
  for (let image = 0; image < predictions.length; image++) {
    let best = 0;
    for (let label = 1; label < classes; label++)
      if (logits[image * classes + label] > logits[image * classes + best]) best = label;
    predictions[image] = best;
  }
  return predictions;
}

function sumsPerImage(layer: MatrixLayer): number {
  return layer.outShape.height * layer.outShape.width * layer.outputs;
}

function toLogits(layer: MatrixLayer, sums: Int32Array): Float64Array {
  const { outputs, multiplier, offset } = layer;
  return Float64Array.from(sums, (sum, index) => sum * multiplier[index % outputs] + offset[index % outputs]);
}

function poolMaps(pool: QuantizedPool, maps: Uint8Array, images: number): Uint8Array {
  const { height, width, channels } = pool.inShape;
  const highest = 2 ** pool.outputBits - 1;
  const pooled = new Uint8Array(images * channels);
  const sums = new Int32Array(channels);
  for (let image = 0; image < images; image++) {
    sums.fill(0);
    const first = image * height * width * channels;
    for (let position = 0; position < height * width; position++) {
      for (let channel = 0; channel < channels; channel++) sums[channel] += maps[first + position * channels + channel];
    }
    for (let channel = 0; channel < channels; channel++) {
      pooled[image * channels + channel] = Math.max(
        0,
        Math.min(highest, Math.floor(sums[channel] * pool.multiplier + 0.5)),
      );
    }
  }
  return pooled;
}
