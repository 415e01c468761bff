import { join } from "node:path";
import { NasError } from "../base/errors.js";
import { parseCifarBatch } from "./cifar-binary.js";
import { type DataFile, fetchAgainHint, hashOf, isFile, readDataFile } from "./data-file.js";
import { datasets } from "./dataset-facts.js";
import { fingerprintOf } from "./fingerprint.js";
import type { DataSource, LabelledImages, Split } from "./labelled-images.js";
import { partCaveat } from "./part-caveat.js";

/** A known copy of CIFAR-10 in the official binary layout. */
interface Release {
  /** What a report must say of it; the official release needs no word. */
  caveat?: (count: number, officialCount: number, split: Split) => string;
  /** SHA-1 of each batch file. */
  sha1: Readonly<Record<string, string>>;
}

/** The batch files of each split, in official order; each official one has 10,000 records. */
export const cifarBatches: Readonly<Record<Split, readonly string[]>> = {
  train: ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"],
  test: ["test_batch.bin"],
};
const officialBatchRecords = 10_000;

const releases: readonly Release[] = [
  {
    // Source of the hashes: the CIFAR10 class of Apache MXNet (python/mxnet/gluon/data/vision/datasets.py).
    sha1: {
      "data_batch_1.bin": "aadd24acce27caa71bf4b10992e9e7b2d74c2540",
      "data_batch_2.bin": "c0ba65cce70568cd57b4e03e9ac8d2a5367c1795",
      "data_batch_3.bin": "1dd00a74ab1d17a6e7d73e185b69dbf31242f295",
      "data_batch_4.bin": "aab85764eb3584312d3c7f65fd2fd016e36a258e",
      "data_batch_5.bin": "26e2849e66a845b7f1e4614ae70f4889ae604628",
      "test_batch.bin": "67eb016db431130d61cd03c7ad570b013799c88c",
    },
  },
  {
    // The original pixels and labels of the first 1,017 records of every batch: what the first 3 MiB of it hold.
    caveat: (count, officialCount, split) => partCaveat(count, officialCount, split, "the first 1,017 of each batch"),
    sha1: {
      "data_batch_1.bin": "c04495458d2706cf40fb72b820878fc8e66daf3a",
      "data_batch_2.bin": "563692e3e1f580b88262bb06700ab591f70cf077",
      "data_batch_3.bin": "7cec38c012d2351e823bf3d13422e0b39eadec87",
      "data_batch_4.bin": "f2893f21114283df19cb0fd26f60027c08bab7af",
      "data_batch_5.bin": "94d387b693590b8befa7782972cf24c85f8fd54d",
      "test_batch.bin": "af7b4a4928acdfdd54976350b1bf270ac33ce3a1",
    },
  },
];

/** Larger than an official batch, 30,730,000 bytes. */
export const cifarLimitBytes = 32 * 1024 * 1024;

/**
 * Reads one split of CIFAR-10 from the binary batches in `folder` itself.
 *
 * Every batch must be one of two known copies, all of the same: the official release, or the exact prefix of it (1,017
 * records a batch), which sets a caveat. Undefined where no batch of the split is there. Throws
 * NAS_DATA_NOT_FOUND where some are missing, NAS_DATA_MALFORMED for a broken batch, NAS_DATA_HASH for an unknown one.
 */
export function readCifar10(folder: string, split: Split, kind: DataSource["kind"]): LabelledImages | undefined {
  const names = cifarBatches[split];
  const missing = names.filter((name) => !isFile(join(folder, name)));
  if (missing.length === names.length) return undefined;
  if (missing.length > 0) {
    throw new NasError("NAS_DATA_NOT_FOUND", `${folder} lacks ${missing.join(", ")} of the ${split} split`, {
      hint: "put the missing batches beside the others",
      context: { folder, split, missing },
    });
  }
  const files = names.map((name) => readDataFile(join(folder, name), cifarLimitBytes));
  return cifar10From(files, split, kind, folder);
}

/** One split of CIFAR-10 from its batch files, in the order of cifarBatches; throws as readCifar10 does. */
export function cifar10From(
  files: readonly DataFile[],
  split: Split,
  kind: DataSource["kind"],
  location: string,
): LabelledImages {
  const { name: dataset, height, width, channels, classNames, officialCount } = datasets["cifar-10"];
  const batches = files.map((file) => parseCifarBatch(file.content, file.name));
  const release = sameRelease(files, split);

  const count = batches.reduce((sum, batch) => sum + batch.count, 0);
  const pixels = new Uint8Array(count * height * width * channels);
  const labels = new Uint8Array(count);
  const officialIndex = new Uint32Array(count);
  let place = 0;
  batches.forEach((batch, batchIndex) => {
    pixels.set(batch.pixels, place * height * width * channels);
    labels.set(batch.labels, place);
    for (let record = 0; record < batch.count; record++) {
      officialIndex[place + record] = batchIndex * officialBatchRecords + record;
    }
    place += batch.count;
  });
  const source: DataSource = { kind, location, officialCount: officialCount[split] };
  if (release.caveat) source.caveat = release.caveat(count, officialCount[split], split);
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
    source,
  };
}

function sameRelease(files: readonly DataFile[], split: Split): Release {
  const found = files.map((file, index) => releaseOf(file, cifarBatches[split][index]));
  const other = found.findIndex((release) => release !== found[0]);
  if (other > 0) {
    throw new NasError("NAS_DATA_HASH", `${files[0].name} and ${files[other].name} are from different copies`, {
      hint: "take all batches from one copy, best the official one",
      context: { files: files.map((file) => file.name) },
    });
  }
  return found[0];
}

function releaseOf(file: DataFile, batch: string): Release {
  const sha1 = hashOf("sha1", file.content);
  const release = releases.find((known) => known.sha1[batch] === sha1);
  if (release) return release;
  const official = releases[0].sha1[batch];
  throw new NasError(
    "NAS_DATA_HASH",
    `${file.name} is not the official ${batch}: SHA-1 ${sha1}, published ${official}`,
    {
      hint: fetchAgainHint,
      context: { file: file.name, found: sha1, expected: official },
    },
  );
}
