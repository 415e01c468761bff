import { NasError } from "../../base/errors.js";

/** How the supernet is trained; part of a search's identity. The paper leaves these open: docs/search.md gives the ablation. */
export interface SupernetSettings {
  /** Training images that a search takes, the same number of each class; the held-out ones are never among them. */
  images: number;
  /** Training images kept from the search, to judge choices by. */
  heldOut: number;
  batchSize: number;
  /** Of each stage. */
  epochs: number;
  /** λ: how much the distance to the teacher's map counts beside the task's loss. */
  distillation: number;
  /** Of θ: cosine to 0. */
  weightRate: number;
  momentum: number;
  weightDecay: number;
  /** Of α: Adam's, constant. */
  coefficientRate: number;
  /** Share of a stage's steps in which α rests, so that large operators, which learn slowly, are not judged too early. */
  warmUp: number;
  /** States of α that the record keeps of each stage. */
  snapshots: number;
}

export const defaultSupernet: SupernetSettings = {
  images: 20_000,
  heldOut: 5000,
  batchSize: 64,
  epochs: 2,
  distillation: 1,
  weightRate: 0.05,
  momentum: 0.9,
  weightDecay: 1e-4,
  coefficientRate: 0.01,
  warmUp: 0.2,
  snapshots: 50,
};

/** Steps of one stage. @throws NAS_SEARCH_SETTINGS where it is not even one */
export function stepsOfStage({ images, batchSize, epochs }: SupernetSettings): number {
  const perEpoch = Math.floor(images / batchSize);
  if (perEpoch >= 1 && epochs >= 1) return perEpoch * epochs;
  throw new NasError(
    "NAS_SEARCH_SETTINGS",
    `${epochs} epochs of ${images} images in batches of ${batchSize} are no step`,
    {
      hint: "give at least one epoch, and at least as many images as a batch has",
      context: { images, batchSize, epochs },
    },
  );
}
