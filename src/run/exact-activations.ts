import type { LabelledImages } from "../data/labelled-images.js";
import { toNetworkInput } from "../data/to-network-input.js";
import type { FeatureMap, QuantizedNetwork } from "../network/quantized-network.js";
import { enter } from "./batch-state.js";
import { forward } from "./forward.js";
import type { LayerEngine } from "./layer-engine.js";

/** Activations of more bytes are computed anew each time that they are asked for. */
const mostKeptBytes = 256_000_000;

/** Exact activations of every node for a run's first images, batch by batch, kept from one round to the next. */
export class ExactActivations {
  readonly images: number;
  readonly batch: number;
  readonly #network: QuantizedNetwork;
  readonly #engine: LayerEngine;
  readonly #source: LabelledImages;
  readonly #mostBytes: number;
  readonly #kept = new Map<number, Map<string, FeatureMap>>();
  #keptBytes = 0;

  /** @param images how many, from the first on @param batch images that are taken through the network at once */
  constructor(
    network: QuantizedNetwork,
    engine: LayerEngine,
    source: LabelledImages,
    images: number,
    batch: number,
    mostBytes = mostKeptBytes,
  ) {
    this.images = images;
    this.batch = batch;
    this.#network = network;
    this.#engine = engine;
    this.#source = source;
    this.#mostBytes = mostBytes;
  }

  /** The activations of the batch that starts with image `first`, by node. */
  async of(first: number): Promise<{ activations: ReadonlyMap<string, FeatureMap>; count: number }> {
    const count = Math.min(this.batch, this.images - first);
    const kept = this.#kept.get(first);
    if (kept) return { activations: kept, count };
    const state = enter(toNetworkInput(this.#source, this.#network.input, first, count), count);
    await forward(this.#network, this.#engine, state, { round: 0, firstImage: first });
    const { activations } = state;
    const bytes = [...activations.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (this.#keptBytes + bytes <= this.#mostBytes) {
      this.#keptBytes += bytes;
      this.#kept.set(first, activations);
    }
    return { activations, count };
  }
}
