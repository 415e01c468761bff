import type { LabelledImages, Labels } from "../data/labelled-images.js";
import { toNetworkInput } from "../data/to-network-input.js";
import { inputId } from "../network/layer-graph.js";
import type { InputDescription, NetworkNode } from "../network/network.js";
import type { ImageViews } from "./image-views.js";

/** Images in the shape of a network's input, with their labels. */
export interface TrainingImages {
  count: number;
  input: InputDescription;
  classes: number;
  /** [count × height × width × channels], 0 … 255. */
  bytes: Uint8Array;
  labels: Labels;
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
  const { bytes } = images;
  const rowSize = width * channels;
  const values = Float32Array.from({ length: 256 }, (_, byte) => byte * step);
  for (let slot = 0; slot < places.length; slot++) {
    const place = places[slot];
    const right = views.shiftRight[place];
    const down = views.shiftDown[place];
    // The columns that show the image; beside them zeros come in.
    const first = Math.min(width, Math.max(0, right)) * channels;
    const end = Math.max(0, Math.min(width, width + right)) * channels;
    for (let y = 0; y < height; y++) {
      const sink = (slot * height + y) * rowSize;
      const sourceY = y - down;
      if (sourceY < 0 || sourceY >= height) {
        target.fill(0, sink, sink + rowSize);
        continue;
      }
      target.fill(0, sink, sink + first);
      target.fill(0, sink + end, sink + rowSize);
      const source = (place * height + sourceY) * rowSize;
      if (views.mirrored[place] === 1) {
        // Pixels from right to left, the channels of each in their order.
        for (let at = first; at < end; at += channels) {
          const from = source + rowSize - channels - at + right * channels;
          for (let channel = 0; channel < channels; channel++) {
            target[sink + at + channel] = values[bytes[from + channel]];
          }
        }
      } else {
        const from = source - right * channels;
        for (let at = first; at < end; at++) target[sink + at] = values[bytes[from + at]];
      }
    }
  }
}
