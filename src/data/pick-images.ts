import { fingerprintOf } from "./fingerprint.js";
import type { LabelledImages } from "./labelled-images.js";

/**
 * The images at these places (0 … count − 1) of `images`, in the order given, as a set of its own: pixels and labels
 * are copied, officialIndex keeps the places in the official split, the fingerprint is that of the new set.
 */
export function pickImages(images: LabelledImages, places: ArrayLike<number>): LabelledImages {
  const imageBytes = images.height * images.width * images.channels;
  const count = places.length;
  const pixels = new Uint8Array(count * imageBytes);
  const labels = images.labels instanceof Uint16Array ? new Uint16Array(count) : new Uint8Array(count);
  const officialIndex = new Uint32Array(count);
  for (let slot = 0; slot < count; slot++) {
    const place = places[slot];
    pixels.set(images.pixels.subarray(place * imageBytes, (place + 1) * imageBytes), slot * imageBytes);
    labels[slot] = images.labels[place];
    officialIndex[slot] = images.officialIndex[place];
  }
  return { ...images, count, pixels, labels, officialIndex, fingerprint: fingerprintOf(pixels, labels) };
}

/**
 * `total` shared out evenly over `classes` classes: each gets the same number, the first total mod classes of them one
 * more. [classes], sums to `total`.
 */
export function evenShares(total: number, classes: number): number[] {
  const base = Math.floor(total / classes);
  const remainder = total % classes;
  return Array.from({ length: classes }, (_, label) => base + (label < remainder ? 1 : 0));
}
