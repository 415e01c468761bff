import { join } from "node:path";
import { NasError } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import { datasetFacts } from "./dataset-facts.js";
import { readFashionMnist } from "./fashion-mnist-files.js";
import type { DatasetName, DataSource, LabelledImages, Split } from "./labelled-images.js";

/** Which images, and where the person wants them from. */
export interface DatasetRequest {
  dataset: DatasetName;
  split: Split;
  /** The folder the config names; where it is set, nothing else is tried. */
  path?: string;
}

/** Loads one split of a data set. */
export async function loadDataset(request: DatasetRequest, context: JobContext): Promise<LabelledImages> {
  void context;
  const facts = datasetFacts(request.dataset);
  const folder = request.path ?? process.env.NAS4CIM_DATA;
  const kind: DataSource["kind"] = request.path === undefined ? "environment" : "config";
  if (folder !== undefined) {
    for (const candidate of [folder, join(folder, facts.name)]) {
      const found = readFashionMnist(candidate, request.split, kind);
      if (found) return found;
    }
  }
  throw new NasError("NAS_DATA_NOT_FOUND", `the ${request.split} split of ${facts.title} was not found`, {
    hint: "set NAS4CIM_DATA to the folder with the official files",
    context: { dataset: facts.name, split: request.split },
  });
}
