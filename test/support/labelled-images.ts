import { createHash } from "node:crypto";
import type { LabelledImages } from "../../src/data/labelled-images.js";

/** A small made-up set in the shape of Fashion-MNIST, every pixel of it different from its neighbours. */
export function makeImages(
  labels: number[],
  shape: { height?: number; width?: number; channels?: number } = {},
): LabelledImages {
  const { height = 28, width = 28, channels = 1 } = shape;
  const pixels = Uint8Array.from(
    { length: labels.length * height * width * channels },
    (_, index) => (index * 37 + 11) % 256,
  );
  return {
    dataset: "fashion-mnist",
    split: "test",
    count: labels.length,
    height,
    width,
    channels,
    classNames: Array.from({ length: 10 }, (_, label) => `class ${label}`),
    pixels,
    labels: Uint8Array.from(labels),
    officialIndex: Uint32Array.from(labels, (_, index) => index),
    fingerprint: createHash("sha256").update(pixels).update(Uint8Array.from(labels)).digest("hex"),
    source: { kind: "config", location: "made up", officialCount: labels.length },
  };
}

/** The pixels of image `place`. */
export function imageAt(images: LabelledImages, place: number): Uint8Array {
  const bytes = images.height * images.width * images.channels;
  return images.pixels.slice(place * bytes, (place + 1) * bytes);
}
