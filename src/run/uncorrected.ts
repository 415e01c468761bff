import type { LabelledImages } from "../data/labelled-images.js";
import { pickImages } from "../data/pick-images.js";

/** Images that the subject takes without its offsets corrected, too. */
const uncorrectedImages = 500;

/** The name of that pass. */
export const uncorrectedRole = "subject uncorrected";

/** The images that are taken without the correction, too. */
export function firstImages(images: LabelledImages): LabelledImages {
  const count = Math.min(uncorrectedImages, images.count);
  return pickImages(
    images,
    Uint32Array.from({ length: count }, (_, image) => image),
  );
}
