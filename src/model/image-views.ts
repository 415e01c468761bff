/** How each image of a set is shown, [count] each, by the image's place in the set. */
export interface ImageViews {
  /** 1: mirrored left to right, before the shift. */
  mirrored: Uint8Array;
  /** Pixels to the right and down. */
  shiftRight: Int8Array;
  shiftDown: Int8Array;
}

/** Every image as it is, or its mirror image. */
export function plainViews(count: number, mirrored = false): ImageViews {
  return {
    mirrored: new Uint8Array(count).fill(mirrored ? 1 : 0),
    shiftRight: new Int8Array(count),
    shiftDown: new Int8Array(count),
  };
}
