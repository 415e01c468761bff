import { resolve } from "node:path";
import { NasError } from "../base/errors.js";
import { nearestName } from "../base/nearest.js";
import type { DatasetName, FolderDataset, NamedDataset, Split } from "./labelled-images.js";

/** What is true of a data set wherever its copy comes from. */
export interface DatasetFacts {
  name: NamedDataset;
  /** As people write it. */
  title: string;
  height: number;
  width: number;
  channels: number;
  /** In the order of the labels 0, 1, …. */
  classNames: readonly string[];
  /** Images of each official split. */
  officialCount: Readonly<Record<Split, number>>;
}

/**
 * Every data set that can be loaded.
 * Sources: Xiao, Rasul, Vollgraf, "Fashion-MNIST", arXiv:1708.07747; Krizhevsky, "Learning multiple layers of features
 * from tiny images", 2009.
 */
export const datasets: Readonly<Record<NamedDataset, DatasetFacts>> = {
  "fashion-mnist": {
    name: "fashion-mnist",
    title: "Fashion-MNIST",
    height: 28,
    width: 28,
    channels: 1,
    classNames: [
      "T-shirt/top",
      "Trouser",
      "Pullover",
      "Dress",
      "Coat",
      "Sandal",
      "Shirt",
      "Sneaker",
      "Bag",
      "Ankle boot",
    ],
    officialCount: { train: 60_000, test: 10_000 },
  },
  "cifar-10": {
    name: "cifar-10",
    title: "CIFAR-10",
    height: 32,
    width: 32,
    channels: 3,
    classNames: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
    officialCount: { train: 50_000, test: 10_000 },
  },
};

/** The facts of the data set with this name; NAS_DATA_UNKNOWN where there is none, with the nearest known name. */
export function datasetFacts(name: string): DatasetFacts {
  if (Object.hasOwn(datasets, name)) return datasets[name as NamedDataset];
  const known = Object.keys(datasets);
  const nearest = nearestName(name, known);
  throw new NasError("NAS_DATA_UNKNOWN", `there is no data set "${name}"`, {
    hint: nearest === undefined ? `known data sets: ${known.join(", ")}` : `did you mean "${nearest}"?`,
    context: { dataset: name, known },
  });
}

/**
 * The data set that a person means by a name or by "folder:PATH", whose path becomes absolute.
 * @throws NAS_DATA_UNKNOWN with the nearest known name
 */
export function datasetOf(text: string): DatasetName {
  return isFolder(text) ? `folder:${resolve(text.slice("folder:".length))}` : datasetFacts(text).name;
}

/** Whether a data set is a folder of pictures. */
export function isFolder(dataset: string): dataset is FolderDataset {
  return dataset.startsWith("folder:");
}

/** The folder that a config names for a data set; one of pictures is named by itself. */
export function configuredFolder(
  folders: Partial<Record<NamedDataset, string>> | undefined,
  dataset: DatasetName,
): string | undefined {
  return isFolder(dataset) ? undefined : folders?.[dataset];
}
