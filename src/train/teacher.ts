import type { NetworkNode } from "../network/network.js";
import type { Flip, TrainingImages } from "./batches.js";
import { evaluate, type NetworkValues } from "./evaluate.js";
import type { Tensorflow } from "./tensorflow.js";

/** A float network's logits for every training image as it may be shown, computed once instead of every epoch. */
export interface Teacher {
  /** Logits [places × classes] for these images, mirrored where `mirrored` says so. */
  logits(places: Uint32Array, mirrored: Uint8Array): Float32Array;
}

/** Asks the teacher for all images, and for their mirror images where training flips. */
export function askTeacher(
  engine: Tensorflow,
  nodes: readonly NetworkNode[],
  values: NetworkValues,
  images: TrainingImages,
  flip: Flip,
): Teacher {
  const ask = (mirrored: boolean) => evaluate(engine, nodes, values, images, { quantized: false, mirrored }).logits;
  const upright = ask(false);
  const reversed = flip === "none" ? upright : ask(true);
  const { classes } = images;
  return {
    logits(places, mirrored) {
      const chosen = new Float32Array(places.length * classes);
      places.forEach((place, slot) => {
        const source = mirrored[place] ? reversed : upright;
        chosen.set(source.subarray(place * classes, (place + 1) * classes), slot * classes);
      });
      return chosen;
    },
  };
}
