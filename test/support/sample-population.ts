import { describePopulation } from "../../src/record/population.js";
import type { ChipPopulation, RunDocument } from "../../src/record/run-document.js";
import { mulberry32 } from "./sample-run-document.js";

/** Three chips, two writings each, as right as a sample document's subject, give or take. A test sample, no measurement. */
export function samplePopulation({ images, accuracy }: RunDocument, seed = 3): ChipPopulation {
  const random = mulberry32(seed);
  const flags = [0, -0.02, -0.06].map((shift) =>
    [0, 0.01].map((more) =>
      Uint8Array.from({ length: images }, () => Number(random() < accuracy.subject + shift + more)),
    ),
  );
  return {
    ...describePopulation(flags),
    byChip: flags.map((writings, chip) => ({
      chipId: `sample-chip-1${chip === 0 ? "" : `#${chip}`}`,
      correct: writings.map((right) => right.reduce((sum, flag) => sum + flag, 0)),
      predictionHashes: writings.map((_, writing) => `${chip}${writing}`.padEnd(64, "0")),
    })),
  };
}
