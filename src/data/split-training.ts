import { NasError } from "../base/errors.js";
import type { LabelledImages } from "./labelled-images.js";
import { evenShares, pickImages } from "./pick-images.js";

/**
 * Parts a training set in two, so that choices (a learning rate, an architecture) are made on images that no weight has
 * seen and the test split stays untouched: `heldOut` gets the last images of each class in official order, the same
 * number of each (the first classes one more where it does not divide), `fit` all others; both keep official order.
 *
 * A class with fewer images than its share gives all it has. Throws NAS_DATA_SELECTION where `heldOutCount` is no
 * integer within 1 … images.count − 1.
 */
export function splitTraining(
  images: LabelledImages,
  heldOutCount: number,
): { fit: LabelledImages; heldOut: LabelledImages } {
  if (!Number.isInteger(heldOutCount) || heldOutCount < 1 || heldOutCount >= images.count) {
    throw new NasError("NAS_DATA_SELECTION", `cannot hold out ${heldOutCount} of ${images.count} images`, {
      hint: `hold out a whole number of images, 1 … ${images.count - 1}`,
      context: { heldOut: heldOutCount, count: images.count },
    });
  }
  const left = evenShares(heldOutCount, images.classNames.length);
  const fit: number[] = [];
  const heldOut: number[] = [];
  for (let place = images.count - 1; place >= 0; place--) {
    (left[images.labels[place]]-- > 0 ? heldOut : fit).push(place);
  }
  return { fit: pickImages(images, fit.reverse()), heldOut: pickImages(images, heldOut.reverse()) };
}
