import { writeFileAtomic } from "../base/atomic-file.js";
import { messageOf, NasError } from "../base/errors.js";
import { fetchAgainHint, hashOf, readDataFile } from "./data-file.js";
import { datasetFacts } from "./dataset-facts.js";
import type { DataSource, LabelledImages, Split } from "./labelled-images.js";

/*
 * A set of images in one file that loads at the speed of its checksum:
 *   8 bytes  "nas4img1"
 *   uint32   length of the header, little-endian
 *   header   JSON: dataset, split, count, fingerprint, officialCount, caveat
 *   pixels, labels, then officialIndex as little-endian uint32
 *   32 bytes SHA-256 of everything before
 */
const magic = Buffer.from("nas4img1", "latin1");
const fixedBytes = magic.length + 4;
const checksumBytes = 32;
/** Larger than 60,000 images of Fashion-MNIST or 50,000 of CIFAR-10. */
const archiveLimitBytes = 256 * 1024 * 1024;

interface Header {
  dataset: string;
  split: Split;
  count: number;
  fingerprint: string;
  officialCount: number;
  caveat?: string;
}

/** Writes `images` to `path`, whole or not at all. */
export function writeImageArchive(path: string, images: LabelledImages): void {
  const { dataset, split, count, fingerprint, source } = images;
  const { officialCount, caveat } = source;
  const header = Buffer.from(
    JSON.stringify({ dataset, split, count, fingerprint, officialCount, caveat } satisfies Header),
  );
  const headerLength = Buffer.alloc(4);
  headerLength.writeUInt32LE(header.length);
  const index = Buffer.alloc(count * 4);
  images.officialIndex.forEach((place, slot) => index.writeUInt32LE(place, slot * 4));
  const body = Buffer.concat([magic, headerLength, header, images.pixels, Uint8Array.from(images.labels), index]);
  writeFileAtomic(path, Buffer.concat([body, Buffer.from(hashOf("sha256", body), "hex")]));
}

/**
 * Reads what writeImageArchive wrote; `kind` says where the file lies and becomes part of `source`.
 * Throws NAS_DATA_HASH where the checksum does not fit, NAS_DATA_MALFORMED for anything else that is no such file.
 */
export function readImageArchive(path: string, kind: DataSource["kind"]): LabelledImages {
  const { content } = readDataFile(path, archiveLimitBytes);
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.length);
  const bodyEnd = bytes.length - checksumBytes;
  if (bodyEnd < fixedBytes || !bytes.subarray(0, magic.length).equals(magic)) {
    throw malformed(path, "it does not begin as one");
  }
  const body = bytes.subarray(0, bodyEnd);
  const found = hashOf("sha256", body);
  const expected = bytes.toString("hex", bodyEnd);
  if (found !== expected) {
    throw new NasError("NAS_DATA_HASH", `${path} is damaged: its checksum is ${expected}, its content has ${found}`, {
      hint: fetchAgainHint,
      context: { file: path, found, expected },
    });
  }
  const headerEnd = fixedBytes + body.readUInt32LE(magic.length);
  const header = parseHeader(body.toString("utf8", fixedBytes, headerEnd), path);
  const { name: dataset, height, width, channels, classNames } = datasetFacts(header.dataset);
  const { split, count, fingerprint, officialCount, caveat } = header;
  const labelsStart = headerEnd + count * height * width * channels;
  const indexStart = labelsStart + count;
  if (!Number.isInteger(count) || indexStart + count * 4 !== body.length) {
    throw malformed(path, `${body.length} bytes do not hold the ${count} images it claims`);
  }
  return {
    dataset,
    split,
    count,
    height,
    width,
    channels,
    classNames,
    pixels: content.subarray(headerEnd, labelsStart),
    labels: content.subarray(labelsStart, indexStart),
    officialIndex: Uint32Array.from({ length: count }, (_, slot) => body.readUInt32LE(indexStart + slot * 4)),
    fingerprint,
    source: { kind, location: path, officialCount, ...(caveat === undefined ? {} : { caveat }) },
  };
}

function parseHeader(json: string, path: string): Header {
  let header: Partial<Record<keyof Header, unknown>> | null;
  try {
    header = JSON.parse(json) as typeof header;
  } catch (error) {
    throw malformed(path, `its header is no JSON: ${messageOf(error)}`);
  }
  const named = typeof header?.dataset === "string" && (header.split === "train" || header.split === "test");
  if (!named) throw malformed(path, "its header names no data set and split");
  return header as Header;
}

function malformed(path: string, problem: string): NasError {
  return new NasError("NAS_DATA_MALFORMED", `${path} is no image archive: ${problem}`, {
    hint: fetchAgainHint,
    context: { file: path },
  });
}
