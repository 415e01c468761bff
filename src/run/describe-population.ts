import { sha256 } from "../base/hash.js";
import type { LabelledImages } from "../data/labelled-images.js";
import { describePopulation } from "../record/population.js";
import type { ChipPopulation } from "../record/run-document.js";
import type { Written } from "./perform-population.js";

/** The subject's accuracy over the chips that were drawn. */
export function describeChips({ labels }: LabelledImages, written: readonly Written[]): ChipPopulation {
  const chips = [...new Set(written.map(({ chip }) => chip))].map((chip) =>
    written.filter((each) => each.chip === chip),
  );
  const flags = chips.map((writings) =>
    writings.map(({ predictions }) => Uint8Array.from(predictions, (each, image) => Number(each === labels[image]))),
  );
  return {
    ...describePopulation(flags),
    byChip: chips.map((writings, chip) => ({
      chipId: writings[0].chipId,
      correct: flags[chip].map((right) => right.reduce((sum, flag) => sum + flag, 0)),
      predictionHashes: writings.map(({ predictions }) => sha256(predictions)),
    })),
  };
}
