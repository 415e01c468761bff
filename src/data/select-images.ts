import { NasError } from "../base/errors.js";
import { count } from "../base/format.js";
import type { LabelledImages } from "./labelled-images.js";
import { evenShares, pickImages } from "./pick-images.js";

/** How many images the named selections ask for. */
export const selectionCounts = { smoke: 100, ci: 500, report: 2000, full: Infinity } as const;

/** A named selection, or a number of images ≥ 1. */
export type ImageSelection = keyof typeof selectionCounts | number;

/**
 * A part of a set that is the same on every machine: the first images of each class in official order, every class with
 * the same number (the first classes with one more where the number does not divide), kept in official order.
 *
 * A number of at least `images.count` gives the whole set. A class with fewer images than its share gives what it has
 * and no other class makes up for it, so that `count` of the result, not the number asked for, says how many there are.
 * `log` is told where more are asked for than there are. Throws NAS_DATA_SELECTION for a number that is no integer ≥ 1, or an unknown name.
 */
export function selectImages(
  images: LabelledImages,
  which: ImageSelection,
  log?: (line: string) => void,
): LabelledImages {
  const wanted = wantedCount(which);
  if (which !== "full" && wanted > images.count) {
    log?.(
      `${count(wanted)} images are asked for; ${images.dataset} has ${count(images.count)} here, and all are taken`,
    );
  }
  if (wanted >= images.count) return images;
  const left = evenShares(wanted, images.classNames.length);
  const places: number[] = [];
  for (let place = 0; place < images.count; place++) {
    if (left[images.labels[place]]-- > 0) places.push(place);
  }
  return pickImages(images, places);
}

function wantedCount(which: ImageSelection): number {
  if (typeof which === "string" && Object.hasOwn(selectionCounts, which)) return selectionCounts[which];
  if (typeof which === "number" && Number.isInteger(which) && which >= 1) return which;
  throw new NasError("NAS_DATA_SELECTION", `"${which}" selects no images`, {
    hint: `give ${Object.keys(selectionCounts).join(", ")} or a whole number of images, at least 1`,
    context: { selection: which },
  });
}
