import type { NewTraining, TrainingDocument, TrainingEpoch } from "../../src/record/training.js";

/** A training as `create` takes it; test data, not a measurement. */
export function sampleNewTraining(startedAt = "2026-01-02T03:04:05.000Z"): NewTraining {
  return {
    recipeName: "fixtures/recipes/sample.json",
    recipe: { format: "nas4cim-recipe", version: 1, summary: "made up" },
    recipeHash: "a".repeat(64),
    network: "sample",
    dataset: "fashion-mnist",
    seed: 3,
    dataSha256: "b".repeat(64),
    outputFolder: "/out/sample",
    phases: [
      { phase: "teacher", epochs: 4 },
      { phase: "float", epochs: 8 },
      { phase: "quantized", epochs: 5 },
    ],
    versions: { node: "20.20.2", nas4cim: "0.1.0", "@tensorflow/tfjs-node": "4.22.0", libtensorflow: "2.21.0" },
    startedAt,
  };
}

/** All epochs of the sample: a loss that falls in each phase, accuracies that rise. */
export function sampleEpochs(): TrainingEpoch[] {
  return sampleNewTraining().phases.flatMap(({ phase, epochs }, place) =>
    Array.from({ length: epochs }, (_, index) => ({
      phase,
      epoch: index + 1,
      loss: 0.4 + (1.2 - place / 4) * 0.7 ** index,
      trainAccuracy: 0.94 - (0.3 - place / 10) * 0.6 ** index,
      heldOutAccuracy: 0.92 - (0.25 - place / 10) * 0.6 ** index,
      seconds: 30 + place + index / 10,
      learningRate: 0.1 / (place + 1) / (index + 1),
    })),
  );
}

/** The sample, done. */
export function sampleTrainingDocument(): TrainingDocument {
  return {
    format: "nas4cim-training",
    version: 1,
    training: {
      ...sampleNewTraining(),
      id: "20260102-030405-abcd",
      status: "done",
      endedAt: "2026-01-02T04:05:06.000Z",
      claim: { processId: 4711, claimedAt: "2026-01-02T03:04:05.000Z" },
      epochsDone: 17,
      result: { parameters: 65_850, testImages: 10_000, floatCorrect: 9_220, quantizedCorrect: 9_208 },
    },
    epochs: sampleEpochs(),
  };
}
