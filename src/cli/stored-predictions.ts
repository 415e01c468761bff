import { NasError } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import { loadDataset } from "../data/load-dataset.js";
import { selectImages } from "../data/select-images.js";
import type { PredictionPair } from "../record/compare-runs.js";
import type { RunDocument } from "../record/run-document.js";
import type { RecordStore } from "../store/store.js";
import { collectInference } from "../run/infer.js";
import type { RunConfiguration } from "../run/run-request.js";
import { StepStore } from "../run/step-store.js";
import { commonImages, describeImages, loadImages, type StoredImages } from "../run/stored-images.js";

/**
 * What two finished runs predicted on the images that both took; undefined where there are none.
 * @throws NAS_DATA_HASH, what loadDataset throws, where a run of an earlier nas4cim did not keep which images it took
 */
export async function predictionPair(
  store: RecordStore,
  [a, b]: readonly [RunDocument, RunDocument],
  context: JobContext,
): Promise<PredictionPair | undefined> {
  if (a.dataset.name !== b.dataset.name || a.dataset.split !== b.dataset.split) return undefined;
  const images = { a: await imagesOf(store, a, context), b: await imagesOf(store, b, context) };
  const common = commonImages(images.a, images.b);
  if (common.a.length === 0) return undefined;
  const on = (role: "integer" | "reference" | "subject") => ({
    a: pick(predictionsOf(store, a, role), common.a),
    b: pick(predictionsOf(store, b, role), common.b),
  });
  const labels = pick(images.a.labels, common.a);
  return { labels, integer: on("integer"), reference: on("reference"), subject: on("subject") };
}

function pick(of: Uint8Array, places: readonly number[]): Uint8Array {
  return Uint8Array.from(places, (place) => of[place]);
}

/** What a finished run predicted in a role, [images], as its steps in the store say. */
function predictionsOf(
  store: RecordStore,
  { run, images, hardware }: RunDocument,
  role: "integer" | "reference" | "subject",
): Uint8Array {
  const rounds = role === "integer" ? 1 : hardware.rounds;
  return collectInference(role, images, rounds, new StepStore(store, run.id)).predictions;
}

/** Which images a finished run took: as it kept them, else read again from the data set. */
async function imagesOf(store: RecordStore, { run }: RunDocument, context: JobContext): Promise<StoredImages> {
  const kept = loadImages(new StepStore(store, run.id));
  if (kept !== undefined) return kept;
  const { dataset, dataPath, images } = store.getRun(run.id).configuration as RunConfiguration;
  const whole = await loadDataset({ dataset, split: "test", path: dataPath }, context);
  const selected = selectImages(whole, images);
  if (selected.fingerprint === run.dataFingerprint) return describeImages(selected);
  throw new NasError(
    "NAS_DATA_HASH",
    `the images of run ${run.id} are not those of ${whole.source.location} any more`,
    {
      hint: "name the folder with the images of that run in the config, under data",
      context: { run: run.id, expected: run.dataFingerprint, found: selected.fingerprint },
    },
  );
}
