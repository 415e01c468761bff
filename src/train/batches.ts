import type { LabelledImages } from "../data/labelled-images.js";
import { toNetworkInput } from "../data/to-network-input.js";
import type { InputDescription, NetworkNode } from "../network/network.js";
import { inputId } from "./input-id.js";
import { keyedRandom, shuffledOrder } from "./keyed-random.js";

/** How images are mirrored left to right: each one every second time it is seen, by chance, or never. */
export type Flip = "alternating" | "random" | "none";

/** Images in the shape of a network's input, with their labels. */
export interface TrainingImages {
  count: number;
  input: InputDescription;
  classes: number;
  /** [count × height × width × channels], 0 … 255. */
  bytes: Uint8Array;
  labels: Uint8Array;
}

/** Which images make one epoch, in which order, and which of them are mirrored (1) in it. */
export interface EpochOrder {
  order: Uint32Array;
  /** [count], by the image's place in the set, not in the order. */
  mirrored: Uint8Array;
}

/**
 * Brings images into the network's input shape once, so that an epoch only copies. A single channel that convolutions
 * read repeated is kept single: `input.channels` of the result says so, and `foldRepeatedChannel` does the rest.
 */
export function trainingImages(
  images: LabelledImages,
  network: { input: InputDescription; nodes: readonly NetworkNode[] },
): TrainingImages {
  const convolutionsOnly = network.nodes.every(({ op, inputs }) => op === "conv" || inputs[0] !== inputId);
  const channels = images.channels === 1 && convolutionsOnly ? 1 : network.input.channels;
  const input = { ...network.input, channels };
  return {
    count: images.count,
    input,
    classes: images.classNames.length,
    bytes: toNetworkInput(images, input, 0, images.count),
    labels: images.labels,
  };
}

/** The order and the mirroring of an epoch (from 0): by (seed, epoch) alone, so that a resumed training sees the same. */
export function epochOrder(count: number, seed: number, epoch: number, flip: Flip): EpochOrder {
  const order = shuffledOrder(count, keyedRandom(seed, "order", epoch));
  const mirrored = new Uint8Array(count);
  if (flip !== "none") {
    // Alternating flips (Jordan, "94% on CIFAR-10 in 3.29 seconds", 2024): a coin a picture, turned over every epoch.
    const next = keyedRandom(seed, "flip", flip === "alternating" ? "first" : epoch);
    const turn = flip === "alternating" ? epoch & 1 : 0;
    for (let image = 0; image < count; image++) mirrored[image] = (next() >>> 31) ^ turn;
  }
  return { order, mirrored };
}

/**
 * Copies images into `target` ([images × height × width × channels] and more) as float pixels × step, mirrored where
 * `mirrored` says so.
 */
export function fillBatch(
  images: TrainingImages,
  places: Uint32Array,
  mirrored: Uint8Array,
  target: Float32Array,
): void {
  const { height, width, channels, step } = images.input;
  const imageSize = height * width * channels;
  for (let slot = 0; slot < places.length; slot++) {
    const place = places[slot];
    const from = place * imageSize;
    const to = slot * imageSize;
    if (!mirrored[place]) {
      for (let index = 0; index < imageSize; index++) target[to + index] = images.bytes[from + index] * step;
      continue;
    }
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const source = from + (y * width + (width - 1 - x)) * channels;
        const sink = to + (y * width + x) * channels;
        for (let channel = 0; channel < channels; channel++) {
          target[sink + channel] = images.bytes[source + channel] * step;
        }
      }
    }
  }
}
