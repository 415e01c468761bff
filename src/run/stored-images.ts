import { imageDigest } from "../data/fingerprint-table.js";
import type { LabelledImages } from "../data/labelled-images.js";
import { joinBytes } from "./batch-state.js";
import type { StepStore } from "./step-store.js";

/** Which images a run took, so that its predictions can be held against another run's without the images. */
export interface StoredImages {
  /** [count], classes. */
  labels: Uint8Array;
  /** [count], what tells an image: its place in the official split, and a hash of its pixels. */
  keys: readonly string[];
}

const step = "images";
const key = "all";
/** Bytes of an image's place and of its digest. */
const [placeBytes, digestBytes] = [4, 8];

/** The images of a set as a run keeps them. */
export function describeImages(images: LabelledImages): StoredImages {
  const imageBytes = images.height * images.width * images.channels;
  const keys = Array.from({ length: images.count }, (_, image) => {
    const pixels = images.pixels.subarray(image * imageBytes, (image + 1) * imageBytes);
    return `${images.officialIndex[image]} ${imageDigest(pixels)}`;
  });
  return { labels: Uint8Array.from(images.labels), keys };
}

/** Keeps in a run's steps which images it takes, once. */
export function saveImages(images: LabelledImages, steps: StepStore): void {
  if (steps.has(step, key)) return;
  const started = performance.now();
  const { labels, keys } = describeImages(images);
  const identities = keys.map((each) => {
    const [place, digest] = each.split(" ");
    const bytes = Buffer.alloc(placeBytes + digestBytes);
    bytes.writeUInt32LE(Number(place));
    bytes.write(digest, placeBytes, "hex");
    return bytes;
  });
  const blobs = { labels, identities: joinBytes(identities) };
  steps.save(step, key, { blobs }, (performance.now() - started) / 1000);
}

/** The images that a run took; undefined where it is of a nas4cim that did not keep them. */
export function loadImages(steps: StepStore): StoredImages | undefined {
  const saved = steps.load(step, key);
  if (saved === undefined) return undefined;
  const { labels, identities } = saved.blobs;
  const bytes = Buffer.from(identities.buffer, identities.byteOffset, identities.length);
  const keys = Array.from(labels, (_, image) => {
    const at = image * (placeBytes + digestBytes);
    return `${bytes.readUInt32LE(at)} ${bytes.toString("hex", at + placeBytes, at + placeBytes + digestBytes)}`;
  });
  return { labels, keys };
}

/** Where the images that both took stand in each, in the order of `a`. */
export function commonImages(a: StoredImages, b: StoredImages): { a: number[]; b: number[] } {
  const placesInB = new Map(b.keys.map((each, image) => [each, image]));
  const common: { a: number[]; b: number[] } = { a: [], b: [] };
  a.keys.forEach((each, image) => {
    const other = placesInB.get(each);
    if (other === undefined || a.labels[image] !== b.labels[other]) return;
    common.a.push(image);
    common.b.push(other);
  });
  return common;
}
