import { NasError } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import { loadDataset } from "../data/load-dataset.js";
import type { LabelledImages } from "../data/labelled-images.js";
import { selectImages } from "../data/select-images.js";
import { assertBelongTogether } from "../evaluate/belong-together.js";
import { assertTellsApart } from "../network/classes.js";
import { readNetwork, type StoredNetwork } from "../network/read-network.js";
import type { RunConfiguration } from "./run-request.js";

/** Training images that the ADC steps are chosen on. */
export const calibrationImages = 32;

/** What a run works on. */
export interface RunInputs {
  stored: StoredNetwork;
  images: LabelledImages;
  wholeSetFingerprint: string;
  /** Images of the training split: they alone may choose anything. */
  calibration: LabelledImages;
}

/**
 * Loads images, and the network where the caller has not done so, and checks that they belong together.
 * @throws NAS_NETWORK_MISMATCH and the readers' errors
 */
export async function loadInputs(
  configuration: RunConfiguration,
  context: JobContext,
  stored: StoredNetwork = readNetwork(configuration.networkFolder),
): Promise<RunInputs> {
  const { dataset, dataPath: path } = configuration;
  // Before anything is fetched.
  assertBelongTogether(stored.description, dataset);
  const request = { dataset, path, side: stored.description.input.height };
  const test = await loadDataset({ ...request, split: "test" }, context);
  const train = await loadDataset({ ...request, split: "train" }, context);
  assertByteOfClasses(test);
  assertTellsApart(stored.description, test.classNames.length, dataset);
  const images = selectImages(test, configuration.images, context.log);
  return { stored, images, wholeSetFingerprint: test.fingerprint, calibration: selectImages(train, calibrationImages) };
}

/** Labels and predictions are kept as bytes. */
function assertByteOfClasses({ classNames, dataset }: LabelledImages): void {
  if (classNames.length <= 256) return;
  throw new NasError("NAS_NETWORK_MISMATCH", `${dataset} has ${classNames.length} classes, a run takes 256 at most`, {
    hint: "judge such a network with `nas4cim eval`",
    context: { dataset, classes: classNames.length },
  });
}
