import { NasError } from "../base/errors.js";
import type { LabelledImages } from "./labelled-images.js";

/** The shape of a network's first feature map. */
export interface InputShape {
  height: number;
  width: number;
  channels: number;
}

/**
 * Images `first` … `first + count − 1` as a network's input: bytes [count × height × width × channels].
 *
 * A smaller image stands in the middle of zeros (28 × 28 in 32 × 32 has 2 on every side; an odd rest goes to the bottom
 * and the right); a single channel is repeated into each channel. `target`, where given, is written and its used part
 * returned. Throws NAS_NETWORK_MISMATCH where the image is larger than the input or its channels do not fit, and
 * NAS_DATA_SELECTION where the range is not within the set or `target` is too small.
 */
export function toNetworkInput(
  images: LabelledImages,
  input: InputShape,
  first: number,
  count: number,
  target?: Uint8Array,
): Uint8Array {
  assertFits(images, input);
  const bytes = count * input.height * input.width * input.channels;
  checkRange(images, first, count, bytes, target);
  const output = target === undefined ? new Uint8Array(bytes) : target.subarray(0, bytes);

  const imageRow = images.width * images.channels;
  const inputRow = input.width * input.channels;
  const top = Math.floor((input.height - images.height) / 2);
  const left = Math.floor((input.width - images.width) / 2) * input.channels;
  const repeats = input.channels / images.channels;
  if (target !== undefined && inputRow * input.height > imageRow * images.height * repeats) output.fill(0);

  for (let slot = 0; slot < count; slot++) {
    for (let y = 0; y < images.height; y++) {
      const from = ((first + slot) * images.height + y) * imageRow;
      const to = (slot * input.height + top + y) * inputRow + left;
      if (repeats === 1) output.set(images.pixels.subarray(from, from + imageRow), to);
      else repeatPixels(images.pixels.subarray(from, from + imageRow), repeats, output, to);
    }
  }
  return output;
}

function repeatPixels(pixels: Uint8Array, repeats: number, output: Uint8Array, to: number): void {
  for (let x = 0; x < pixels.length; x++) output.fill(pixels[x], to + x * repeats, to + (x + 1) * repeats);
}

/** Makes sure that images of a set can be a network's input. @throws NAS_NETWORK_MISMATCH */
export function assertFits(images: InputShape & { dataset: string }, input: InputShape): void {
  const tooLarge = images.height > input.height || images.width > input.width;
  const channelsFit = images.channels === input.channels || images.channels === 1;
  if (!tooLarge && channelsFit) return;
  const found = `${images.height} × ${images.width} × ${images.channels}`;
  const wanted = `${input.height} × ${input.width} × ${input.channels}`;
  throw new NasError("NAS_NETWORK_MISMATCH", `${images.dataset} images (${found}) do not fit an input of ${wanted}`, {
    hint: "images can be padded with zeros and one channel repeated; choose a data set or a network that fits",
    context: { dataset: images.dataset, image: found, input: wanted },
  });
}

function checkRange(
  images: LabelledImages,
  first: number,
  count: number,
  bytes: number,
  target: Uint8Array | undefined,
): void {
  const whole = Number.isInteger(first) && Number.isInteger(count) && first >= 0 && count >= 0;
  if (!whole || first + count > images.count) {
    throw new NasError("NAS_DATA_SELECTION", `no ${count} images from ${first} on: the set has ${images.count}`, {
      hint: "ask for images within the set",
      context: { first, count, available: images.count },
    });
  }
  if (target !== undefined && target.length < bytes) {
    throw new NasError("NAS_DATA_SELECTION", `${count} images need ${bytes} bytes, the target has ${target.length}`, {
      hint: "give a larger target or ask for fewer images at a time",
      context: { count, bytes, targetBytes: target.length },
    });
  }
}
