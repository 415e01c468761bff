import { createHash } from "node:crypto";
import { join } from "node:path";
import { NasError } from "../base/errors.js";
import { packageRoot } from "../base/paths.js";
import { readDataFile } from "./data-file.js";
import { datasets } from "./dataset-facts.js";
import type { LabelledImages, Split } from "./labelled-images.js";

/** Bytes of SHA-256 kept of each image: two of 70,000 different images agree in 8 with a chance of 10^-10. */
const digestBytes = 8;

/** Which image stands where in an official split, told without its pixels. */
export interface FingerprintTable {
  count: number;
  /** digest (see imageDigest) -> every place of that image in the official split, ascending. */
  places: ReadonlyMap<string, readonly number[]>;
  /** [count], official labels. */
  labels: Uint8Array;
}

/** The first 8 bytes of SHA-256 over an image's pixels, in hex. */
export function imageDigest(pixels: Uint8Array): string {
  return createHash("sha256")
    .update(pixels)
    .digest("hex")
    .slice(0, 2 * digestBytes);
}

/** The table of a whole split as bytes: one digest an image, in order, then one label an image. */
export function encodeFingerprintTable(images: LabelledImages): Uint8Array {
  const imageBytes = images.height * images.width * images.channels;
  const table = Buffer.alloc(images.count * (digestBytes + 1));
  for (let place = 0; place < images.count; place++) {
    const pixels = images.pixels.subarray(place * imageBytes, (place + 1) * imageBytes);
    table.write(imageDigest(pixels), place * digestBytes, "hex");
  }
  table.set(images.labels, images.count * digestBytes);
  return table;
}

/** Reads encodeFingerprintTable's bytes; `file` is named in errors. Throws NAS_DATA_MALFORMED for any other length. */
export function decodeFingerprintTable(bytes: Uint8Array, count: number, file: string): FingerprintTable {
  if (bytes.length !== count * (digestBytes + 1)) {
    throw new NasError("NAS_DATA_MALFORMED", `${file} has ${bytes.length} bytes, not 9 for each of ${count} images`, {
      hint: "install nas4cim again, or make the table again (fixtures/fingerprints/README.md)",
      context: { file, bytes: bytes.length, count },
    });
  }
  const table = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const places = new Map<string, number[]>();
  for (let place = 0; place < count; place++) {
    const digest = table.toString("hex", place * digestBytes, (place + 1) * digestBytes);
    const same = places.get(digest);
    if (same) same.push(place);
    else places.set(digest, [place]);
  }
  return { count, places, labels: bytes.subarray(count * digestBytes) };
}

/** Where the table of a Fashion-MNIST split is kept. */
export function fingerprintTablePath(split: Split): string {
  return join(packageRoot(), "fixtures", "fingerprints", `fashion-mnist-${split}.bin`);
}

/** The table of a Fashion-MNIST split that ships with this package. */
export function fashionMnistFingerprints(split: Split): FingerprintTable {
  const count = datasets["fashion-mnist"].officialCount[split];
  const path = fingerprintTablePath(split);
  return decodeFingerprintTable(readDataFile(path, count * (digestBytes + 1)).content, count, path);
}
