import { NasError } from "../base/errors.js";
import type { LabelledImages } from "../data/labelled-images.js";
import { evenShares, pickImages } from "../data/pick-images.js";
import { splitTraining } from "../data/split-training.js";
import type { SupernetSettings } from "./supernet/supernet-settings.js";

/**
 * The images that a search takes: the first of each class, the same number of each, of the training images without those
 * held out. Test images are no part of it.
 * @throws NAS_SEARCH_SETTINGS where these are test images, or there are not enough
 */
export function searchImages(
  training: LabelledImages,
  { images, heldOut }: Pick<SupernetSettings, "images" | "heldOut">,
): LabelledImages {
  if (training.split !== "train")
    refuse("a search was given test images", "no choice may see them: give the training split");
  const fit = heldOut === 0 ? training : splitTraining(training, heldOut).fit;
  const left = evenShares(images, fit.classNames.length);
  const places = [...fit.labels.keys()].filter((place) => left[fit.labels[place]]-- > 0);
  if (places.length === images) return pickImages(fit, places);
  return refuse(
    `the search asks for ${images} images, of which there are ${places.length} with ${heldOut} held out`,
    "search on fewer images",
  );
}

/** The first held-out images of each class, the same number of each: what a chip is measured on. */
export function measuredImages(training: LabelledImages, heldOut: number, images: number): LabelledImages {
  const kept = splitTraining(training, heldOut).heldOut;
  const left = evenShares(images, kept.classNames.length);
  return pickImages(
    kept,
    [...kept.labels.keys()].filter((place) => left[kept.labels[place]]-- > 0),
  );
}

function refuse(message: string, hint: string): never {
  throw new NasError("NAS_SEARCH_SETTINGS", message, { hint });
}
