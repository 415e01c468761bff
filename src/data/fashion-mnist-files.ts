import { join } from "node:path";
import { NasError } from "../base/errors.js";
import { type DataFile, fetchAgainHint, hashOf, isFile, readDataFile } from "./data-file.js";
import { datasets } from "./dataset-facts.js";
import { fingerprintOf } from "./fingerprint.js";
import { type IdxArray, parseIdx } from "./idx.js";
import type { DataSource, LabelledImages, Split } from "./labelled-images.js";

/** One official file. */
export interface FashionMnistFile {
  /** The published name; without ".gz" it is the decompressed form. */
  name: string;
  /** MD5 of the .gz as its authors publish it. */
  gzMd5: string;
  /** MD5 of what it unpacks to, so that a copy that was decompressed or packed anew is known too. */
  rawMd5: string;
}

/**
 * The official files. Source of names and gzip MD5s: the table "Get the Data" of github.com/zalandoresearch/fashion-mnist;
 * the other MD5s were taken from files that match it.
 */
export const fashionMnistFiles: Readonly<Record<Split, { images: FashionMnistFile; labels: FashionMnistFile }>> = {
  train: {
    images: {
      name: "train-images-idx3-ubyte.gz",
      gzMd5: "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
      rawMd5: "f4a8712d7a061bf5bd6d2ca38dc4d50a",
    },
    labels: {
      name: "train-labels-idx1-ubyte.gz",
      gzMd5: "25c81989df183df01b3e8a0aad5dffbe",
      rawMd5: "9018921c3c673c538a1fc5bad174d6f9",
    },
  },
  test: {
    images: {
      name: "t10k-images-idx3-ubyte.gz",
      gzMd5: "bef4ecab320f06d8554ea6380940ec79",
      rawMd5: "8181f5470baa50b63fa0f6fddb340f0a",
    },
    labels: {
      name: "t10k-labels-idx1-ubyte.gz",
      gzMd5: "bb300cfdad3c16e7a12a480ee83cd310",
      rawMd5: "15d484375f8d13e6eb1aabb0c3f46965",
    },
  },
};

/** Larger than any official file in either form (the training images unpack to 47,040,016 bytes). */
export const fashionMnistLimitBytes = 64 * 1024 * 1024;

/**
 * Reads one split of Fashion-MNIST from its official IDX files, gzip or plain, in `folder` itself.
 *
 * Undefined where neither of the two files is there. Throws NAS_DATA_NOT_FOUND where one of the two is missing,
 * NAS_DATA_MALFORMED for a broken file and NAS_DATA_HASH for a whole one that is not the official file.
 */
export function readFashionMnist(folder: string, split: Split, kind: DataSource["kind"]): LabelledImages | undefined {
  const { images, labels } = fashionMnistFiles[split];
  const imagesPath = findFile(folder, images.name);
  const labelsPath = findFile(folder, labels.name);
  if (imagesPath === undefined && labelsPath === undefined) return undefined;
  if (imagesPath === undefined || labelsPath === undefined) {
    const missing = imagesPath === undefined ? images.name : labels.name;
    throw new NasError(
      "NAS_DATA_NOT_FOUND",
      `${folder} has only one file of the ${split} split: ${missing} is missing`,
      {
        hint: `put ${missing} beside the other file`,
        context: { folder, split, missing },
      },
    );
  }
  return fashionMnistFrom(
    readDataFile(imagesPath, fashionMnistLimitBytes),
    readDataFile(labelsPath, fashionMnistLimitBytes),
    split,
    { kind, location: folder, officialCount: datasets["fashion-mnist"].officialCount[split] },
  );
}

/** One split of Fashion-MNIST from its two official files; throws as readFashionMnist does. */
export function fashionMnistFrom(images: DataFile, labels: DataFile, split: Split, source: DataSource): LabelledImages {
  const set = labelledImagesFromIdx(
    { array: parseIdx(images.content, images.name), file: images.name },
    { array: parseIdx(labels.content, labels.name), file: labels.name },
    split,
    source,
  );
  // The hashes come last, so that a cut or swapped file is told as such and not only as "different".
  checkMd5(images, fashionMnistFiles[split].images);
  checkMd5(labels, fashionMnistFiles[split].labels);
  return set;
}

/** An IDX array and the file that errors name. */
export interface NamedIdx {
  array: IdxArray;
  file: string;
}

/**
 * Fashion-MNIST images from an IDX array [count, 28, 28] and one of labels [count], 0 … 9, taken as a whole split.
 * Throws NAS_DATA_MALFORMED where shapes, counts or labels are wrong. Pixels and labels are views, not copies.
 */
export function labelledImagesFromIdx(
  images: NamedIdx,
  labels: NamedIdx,
  split: Split,
  source: DataSource,
): LabelledImages {
  const { name: dataset, height, width, channels, classNames } = datasets["fashion-mnist"];
  const [count, ...imageShape] = images.array.dimensions;
  if (imageShape.length !== 2 || imageShape[0] !== height || imageShape[1] !== width) {
    throw malformed(images.file, `it holds ${shapeText(images)}, not images × ${height} × ${width}`);
  }
  if (labels.array.dimensions.length !== 1) {
    throw malformed(labels.file, `it holds ${shapeText(labels)}, not one row of labels`);
  }
  if (labels.array.dimensions[0] !== count) {
    throw malformed(
      labels.file,
      `it has ${labels.array.dimensions[0]} labels for the ${count} images of ${images.file}`,
    );
  }
  const pixels = images.array.data;
  const classes = labels.array.data;
  const outside = classes.findIndex((label) => label >= classNames.length);
  if (outside >= 0) {
    throw malformed(labels.file, `label ${outside} is ${classes[outside]}, not 0 … ${classNames.length - 1}`);
  }
  return {
    dataset,
    split,
    count,
    height,
    width,
    channels,
    classNames,
    pixels,
    labels: classes,
    officialIndex: Uint32Array.from({ length: count }, (_, index) => index),
    fingerprint: fingerprintOf(pixels, classes),
    source,
  };
}

function findFile(folder: string, gzName: string): string | undefined {
  return [gzName, gzName.replace(/\.gz$/, "")].map((name) => join(folder, name)).find(isFile);
}

function checkMd5(file: DataFile, official: FashionMnistFile): void {
  const storedMd5 = hashOf("md5", file.stored);
  if (storedMd5 === official.gzMd5) return;
  const contentMd5 = hashOf("md5", file.content);
  if (contentMd5 === official.rawMd5) return;
  throw new NasError(
    "NAS_DATA_HASH",
    `${file.name} is not the official ${official.name}: its MD5 is ${storedMd5} (unpacked ${contentMd5}), ` +
      `published is ${official.gzMd5} (unpacked ${official.rawMd5})`,
    {
      hint: fetchAgainHint,
      context: {
        file: file.name,
        found: { stored: storedMd5, unpacked: contentMd5 },
        expected: { stored: official.gzMd5, unpacked: official.rawMd5 },
      },
    },
  );
}

function shapeText({ array }: NamedIdx): string {
  return `an array of ${array.dimensions.join(" × ")}`;
}

function malformed(file: string, problem: string): NasError {
  return new NasError("NAS_DATA_MALFORMED", `${file} is no Fashion-MNIST file: ${problem}`, {
    hint: fetchAgainHint,
    context: { file },
  });
}
