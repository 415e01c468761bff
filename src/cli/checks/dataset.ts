import { messageOf } from "../../base/errors.js";
import { datasetFacts } from "../../data/dataset-facts.js";
import { cacheSource, type DatasetSource, folderSource } from "../../data/dataset-sources.js";
import type { NamedDataset, Split } from "../../data/labelled-images.js";
import { type Check, missing, present } from "./check.js";

/**
 * One split of a data set, where a run would look for them before it asks the network: the config's folder, and then
 * no other; else NAS4CIM_DATA and the cache. A data set that is not here yet is no obstacle, a broken chosen copy is.
 */
export async function checkDataset(
  dataset: NamedDataset,
  split: Split,
  configured: string | undefined,
): Promise<Check> {
  const { title } = datasetFacts(dataset);
  const subject = { id: `dataset ${dataset} ${split}`, title: `${title} ${split} images`, needed: false };
  const said: string[] = [];
  for (const source of localSources(dataset, split, configured)) {
    try {
      const found = await source.load({});
      if (typeof found !== "string") {
        const { location, caveat } = found.source;
        return present(subject, `${found.count} images in ${location}${caveat === undefined ? "" : ` (${caveat})`}`);
      }
      said.push(`${source.name}: ${found}`);
    } catch (error) {
      const cure = "put the official files there, or take that folder out of the config or the environment";
      if (source.chosen) return missing({ ...subject, needed: true }, messageOf(error), `every run on ${title}`, cure);
      said.push(`${source.name}: ${messageOf(error)}`);
    }
  }
  const where = said.join("; ");
  if (configured !== undefined) {
    const cure = `put the official files there, or take data.${dataset} out of the config`;
    return missing({ ...subject, needed: true }, where, `every run on ${title}`, cure);
  }
  const cure = `the first run fetches them; \`nas4cim doctor --fix data\` does so now; or set NAS4CIM_DATA to their folder`;
  return missing(subject, `not here yet (${where})`, `runs on ${title} without a network`, cure);
}

function localSources(dataset: NamedDataset, split: Split, configured: string | undefined): DatasetSource[] {
  if (configured !== undefined) return [folderSource("the config", configured, dataset, split, "config")];
  const folder = process.env.NAS4CIM_DATA;
  const cache = cacheSource(dataset, split);
  return folder ? [folderSource("NAS4CIM_DATA", folder, dataset, split, "environment"), cache] : [cache];
}
