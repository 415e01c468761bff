import type { LabelledImages } from "../data/labelled-images.js";
import { toNetworkInput } from "../data/to-network-input.js";
import type { InputDescription, NetworkNode } from "../network/network.js";
import type { ImageViews } from "./epoch-order.js";
import { inputId } from "./input-id.js";

/** Images in the shape of a network's input, with their labels. */
export interface TrainingImages {
  count: number;
  input: InputDescription;
  classes: number;
  /** [count × height × width × channels], 0 … 255. */
  bytes: Uint8Array;
  labels: Uint8Array;
}

/**
 * Brings images into the network's input shape once, so that an epoch only copies. A single channel that convolutions
 * read repeated is kept single: `input.channels` of the result says so, and `foldRepeatedChannel` does the rest.
 */
export function trainingImages(
  images: LabelledImages,
  network: { input: InputDescription; nodes: readonly NetworkNode[] },
): TrainingImages {
  const convolutionsOnly = network.nodes.every(({ op, inputs }) => op === "conv" || !inputs.includes(inputId));
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

/** Copies images into `target` ([places × height × width × channels] and more) as float pixels × step, as `views` shows them. */
export function fillBatch(images: TrainingImages, places: Uint32Array, views: ImageViews, target: Float32Array): void {
  const { height, width, channels, step } = images.input;
  const imageSize = height * width * channels;
  const values = Float32Array.from({ length: 256 }, (_, byte) => byte * step);
  for (let slot = 0; slot < places.length; slot++) {
    const place = places[slot];
    const right = views.shiftRight[place];
    const down = views.shiftDown[place];
    const mirrored = views.mirrored[place] === 1;
    const from = place * imageSize;
    const to = slot * imageSize;
    if (!mirrored && right === 0 && down === 0) {
      for (let index = 0; index < imageSize; index++) target[to + index] = values[images.bytes[from + index]];
      continue;
    }
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const sourceX = mirrored ? width - 1 - (x - right) : x - right;
        const sourceY = y - down;
        const isInside = sourceX >= 0 && sourceX < width && sourceY >= 0 && sourceY < height;
        const source = from + (sourceY * width + sourceX) * channels;
        const sink = to + (y * width + x) * channels;
        for (let channel = 0; channel < channels; channel++) {
          target[sink + channel] = isInside ? values[images.bytes[source + channel]] : 0;
        }
      }
    }
  }
}
