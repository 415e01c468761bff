import { join } from "node:path";
import { writeFileAtomic } from "../base/atomic-file.js";
import { messageOf } from "../base/errors.js";
import { cacheFolder } from "../base/paths.js";
import type { JobContext } from "../base/progress.js";
import { isFolder } from "./dataset-facts.js";
import type { NamedDataset, LabelledImages, Split } from "./labelled-images.js";
import { writeImageArchive } from "./image-archive.js";

/** Where fetched files of a data set are kept between runs. */
export function datasetCache(dataset: NamedDataset): string {
  return join(cacheFolder(), "data", dataset);
}

/** Where the images that were picked from another source than the official files are kept, beside those. */
export function archivePath(dataset: NamedDataset, split: Split): string {
  return join(datasetCache(dataset), `npm-${split}.images`);
}

/** Keeps a fetched file; where that is impossible the run goes on without, and the log says so. */
export function keepFile(dataset: NamedDataset, name: string, bytes: Uint8Array, context: JobContext): void {
  const path = join(datasetCache(dataset), name);
  keep(path, () => writeFileAtomic(path, bytes), context);
}

/** Keeps a set of picked images, likewise. */
export function keepImages(images: LabelledImages, context: JobContext): void {
  if (isFolder(images.dataset)) return;
  const path = archivePath(images.dataset, images.split);
  keep(path, () => writeImageArchive(path, images), context);
}

function keep(path: string, write: () => void, context: JobContext): void {
  try {
    write();
  } catch (error) {
    context.log?.(`${path} cannot be kept for the next run: ${messageOf(error)}`);
  }
}
