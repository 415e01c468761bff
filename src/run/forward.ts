import { requantizeFast } from "../kernels/digital.js";
import {
  inputOf,
  outputRange,
  type FeatureMap,
  type MatrixLayer,
  type QuantizedAdd,
  type QuantizedMaxPool,
  type QuantizedNetwork,
  type QuantizedPool,
} from "../network/quantized-network.js";
import { maxPoolReference } from "../network/integer-network.js";
import { fitMaps } from "../network/shortcut.js";
import { joinBytes, pendingNodes, type BatchState } from "./batch-state.js";
import type { LayerEngine } from "./layer-engine.js";

/** Which images a batch is of, and what the engine holds at the time. */
interface BatchPlace {
  round: number;
  firstImage: number;
  signal?: AbortSignal;
}

/**
 * Takes a batch as far as one round's tiles reach, on every branch of the network. Matrix layers go to the engine; adds,
 * pooling and requantization are digital and happen here, as they would beside the macro.
 */
export async function forward(
  network: QuantizedNetwork,
  engine: LayerEngine,
  state: BatchState,
  at: BatchPlace,
): Promise<void> {
  const { activations } = state;
  for (const node of pendingNodes(network, state)) {
    switch (node.op) {
      case "add": {
        const [a, b] = node.sources.map((source) => activations.get(source));
        if (a && b) activations.set(node.id, addMaps(node, a, b));
        break;
      }
      case "shortcut": {
        const maps = inputOf(node, activations);
        if (maps) activations.set(node.id, fitMaps(maps, node.inShape, node.outShape));
        break;
      }
      case "pool": {
        const maps = inputOf(node, activations);
        if (maps) activations.set(node.id, maxPoolMaps(node, maps, state.images));
        break;
      }
      case "globalAveragePool": {
        const maps = inputOf(node, activations);
        if (maps) activations.set(node.id, poolMaps(node, maps, state.images));
        break;
      }
      case "conv":
      case "fc":
        await addLayer(node, engine, state, at);
    }
  }
}

/** What this round holds of a layer, if its input is there; its activations or logits once it is complete. */
async function addLayer(layer: MatrixLayer, engine: LayerEngine, state: BatchState, at: BatchPlace): Promise<void> {
  const { images, activations, partial, saturated } = state;
  const maps = inputOf(layer, activations);
  if (!maps) return;
  const sums = partial.get(layer.id) ?? new Int32Array(images * sumsPerImage(layer));
  const added = await engine.addProducts({ layer, maps, images, sums, ...at });
  if (added.reached === "absent") return;
  saturated.set(layer.id, (saturated.get(layer.id) ?? 0) + added.saturated);
  if (added.reached === "partial") {
    partial.set(layer.id, sums);
    return;
  }
  partial.delete(layer.id);
  if (layer.outputBits === undefined) state.logits = toLogits(layer, sums);
  else activations.set(layer.id, requantizeFast(sums, layer.multiplier, layer.offset, outputRange(layer)));
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

function addMaps(add: QuantizedAdd, a: FeatureMap, b: FeatureMap): Uint8Array {
  const [scaleA, scaleB] = add.multipliers;
  const { highest } = outputRange(add);
  const [mapsA, mapsB] = [fitMaps(a, add.inShapes[0], add.outShape), fitMaps(b, add.inShapes[1], add.outShape)];
  const sums = new Uint8Array(mapsA.length);
  for (let index = 0; index < sums.length; index++) {
    const value = Math.floor(mapsA[index] * scaleA + mapsB[index] * scaleB + 0.5);
    sums[index] = Math.max(0, Math.min(highest, value));
  }
  return sums;
}

/** No kernel of its own: a network has one such layer, which takes nothing beside its convolutions. */
function maxPoolMaps(pool: QuantizedMaxPool, maps: Uint8Array, images: number): Uint8Array {
  const size = maps.length / images;
  const pooled = Array.from({ length: images }, (_, image) =>
    maxPoolReference(pool, maps.subarray(image * size, (image + 1) * size)),
  );
  return joinBytes(pooled);
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
