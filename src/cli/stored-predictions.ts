import { NasError } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import { loadDataset } from "../data/load-dataset.js";
import { selectImages } from "../data/select-images.js";
import type { RunDocument } from "../record/run-document.js";
import type { RecordStore } from "../store/store.js";
import { collectInference } from "../run/infer.js";
import type { RunConfiguration } from "../run/run-request.js";
import { StepStore } from "../run/step-store.js";

/** What the subject of a finished run predicted, [images], as its steps in the store say. */
export function subjectPredictions(store: RecordStore, { run, images, hardware }: RunDocument): Uint8Array {
  return collectInference("subject", images, hardware.rounds, new StepStore(store, run.id)).predictions;
}

/**
 * The labels of the images that a finished run took, [images], read again from the data set.
 * @throws NAS_DATA_HASH where the data set has other images by now; what loadDataset throws.
 */
export async function labelsOf(store: RecordStore, { run }: RunDocument, context: JobContext): Promise<Uint8Array> {
  const { dataset, dataPath, images } = store.getRun(run.id).configuration as RunConfiguration;
  const whole = await loadDataset({ dataset, split: "test", path: dataPath }, context);
  const selected = selectImages(whole, images);
  if (selected.fingerprint === run.dataFingerprint) return selected.labels;
  throw new NasError(
    "NAS_DATA_HASH",
    `the images of run ${run.id} are not those of ${whole.source.location} any more`,
    {
      hint: "name the folder with the images of that run in the config, under data",
      context: { run: run.id, expected: run.dataFingerprint, found: selected.fingerprint },
    },
  );
}
