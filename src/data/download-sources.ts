import type { JobContext } from "../base/progress.js";
import { keepFile } from "./cache.js";
import { cifar10From, cifarBatches, cifarLimitBytes } from "./cifar-10-files.js";
import { type DataFile, dataFileOf } from "./data-file.js";
import { datasets } from "./dataset-facts.js";
import type { DatasetSource } from "./dataset-sources.js";
import { download } from "./download.js";
import {
  fashionMnistFiles,
  fashionMnistFrom,
  fashionMnistLimitBytes,
  type FashionMnistFile,
} from "./fashion-mnist-files.js";
import type { NamedDataset, LabelledImages, Split } from "./labelled-images.js";
import { tarEntries } from "./tar.js";

/** Source: "Get the Data" of github.com/zalandoresearch/fashion-mnist: its server, and data/fashion of that repository. */
const fashionMnistAddresses = [
  "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
  "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion",
];

/** Source: www.cs.toronto.edu/~kriz/cifar.html, "CIFAR-10 binary version", with its MD5. */
const cifarAddress = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz";
const cifarArchiveMd5 = "c32a1d4ab5d03f1284b67883e8d87530";
/** Larger than the archive, packed or not (six batches of 30,730,000 bytes). */
const cifarArchiveLimitBytes = 192 * 1024 * 1024;

/** The official servers of a data set, in the order in which they are asked; what they send is kept in the cache. */
export function downloadSources(dataset: NamedDataset, split: Split): DatasetSource[] {
  switch (dataset) {
    case "fashion-mnist":
      return fashionMnistAddresses.map((address) => ({
        name: "download",
        chosen: false,
        load: (context) => downloadFashionMnist(address, split, context),
      }));
    case "cifar-10":
      return [{ name: "download", chosen: false, load: (context) => downloadCifar10(split, context) }];
  }
}

/** The two files of one split from the folder at `address`; throws as download and fashionMnistFrom do. */
export async function downloadFashionMnist(
  address: string,
  split: Split,
  context: JobContext,
): Promise<LabelledImages> {
  const fetchFile = async ({ name, gzMd5 }: FashionMnistFile) => {
    const url = `${address}/${name}`;
    const request = { url, md5: gzMd5, limitBytes: fashionMnistLimitBytes, label: `downloading ${name}` };
    return dataFileOf(await download(request, context), url, fashionMnistLimitBytes);
  };
  const files = fashionMnistFiles[split];
  // The small file first: where the server is wrong, it shows before the large one is fetched.
  const labels = await fetchFile(files.labels);
  const images = await fetchFile(files.images);
  const officialCount = datasets["fashion-mnist"].officialCount[split];
  const set = fashionMnistFrom(images, labels, split, { kind: "download", location: address, officialCount });
  keepFile("fashion-mnist", files.labels.name, labels.stored, context);
  keepFile("fashion-mnist", files.images.name, images.stored, context);
  return set;
}

async function downloadCifar10(split: Split, context: JobContext): Promise<LabelledImages> {
  const request = {
    url: cifarAddress,
    md5: cifarArchiveMd5,
    limitBytes: cifarArchiveLimitBytes,
    label: "downloading cifar-10-binary.tar.gz",
  };
  const archive = dataFileOf(await download(request, context), cifarAddress, cifarArchiveLimitBytes);
  return unpackCifar10(archive, split, context);
}

/** One split from the official archive, whose batches, of both splits, go to the cache; throws as cifar10From does. */
export function unpackCifar10(archive: DataFile, split: Split, context: JobContext): LabelledImages {
  const batches = new Map<string, Uint8Array>();
  for (const { name, data } of tarEntries(archive.content, archive.name)) {
    batches.set(name.slice(name.lastIndexOf("/") + 1), data);
  }
  const files = cifarBatches[split].map((name) =>
    dataFileOf(batches.get(name) ?? new Uint8Array(), `${name} of ${archive.name}`, cifarLimitBytes),
  );
  const set = cifar10From(files, split, "download", archive.name);
  for (const name of [...cifarBatches.train, ...cifarBatches.test]) {
    const bytes = batches.get(name);
    if (bytes) keepFile("cifar-10", name, bytes, context);
  }
  return set;
}
