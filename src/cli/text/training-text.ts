import { printable } from "../../base/printable.js";
import type { StoredTraining, TrainingDocument } from "../../record/training.js";
import { count, duration, moment, percent, percentDigits, significant } from "../../base/format.js";
import { textTable, type Align } from "./text-table.js";
import { progressInWords } from "../../report/words.js";

/** Trainings one a line, in the order given. Plain text, no colours. */
export function trainingsTable(trainings: readonly StoredTraining[]): string {
  if (trainings.length === 0) return "no trainings yet";
  const rows = trainings.map((training) => {
    const { id, status, startedAt, network, dataset, seed, epochsDone, phases, result, failure } = training;
    const planned = phases.reduce((sum, { epochs }) => sum + epochs, 0);
    const share = (correct: number) => percent(correct / result!.testImages, percentDigits(result!.testImages));
    return [
      id,
      status,
      moment(startedAt),
      network,
      dataset,
      String(seed),
      `${count(epochsDone)} of ${count(planned)}`,
      ...(result === undefined
        ? ["", "", failure?.message ?? failure?.code ?? ""]
        : [share(result.floatCorrect), share(result.quantizedCorrect)]),
    ];
  });
  const names = ["training", "status", "started", "network", "dataset", "seed", "epochs", "float", "integer"];
  return table([names, ...rows], ["left", "left", "left", "left", "left", "right", "right", "right", "right"]);
}

/** One training for a terminal: what was trained from what, how far it is, and its epochs. Plain text, no colours. */
export function trainingSummary({ training, epochs }: TrainingDocument): string {
  const { id, startedAt, network, dataset, seed, recipeName, recipeHash, outputFolder, failure, result } = training;
  const head = table([
    ["training", `${id}, started ${moment(startedAt)}`],
    ["network", `${network} on ${dataset}, seed ${seed}; ${outputFolder}`],
    ["recipe", `${recipeName}, ${recipeHash.slice(0, 12)}`],
  ]);
  const share = (correct: number, images: number) =>
    `${percent(correct / images, percentDigits(images))} (${count(correct)} of ${count(images)} test images)`;
  const parts = [
    head,
    progressInWords(training),
    failure?.message === undefined ? "" : printable(failure.message),
    result === undefined
      ? ""
      : table([
          ["float", share(result.floatCorrect, result.testImages)],
          ["integer", share(result.quantizedCorrect, result.testImages)],
        ]),
    epochs.length === 0 ? "" : epochTable(epochs),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function epochTable(epochs: TrainingDocument["epochs"]): string {
  const rows = epochs.map(({ phase, epoch, loss, trainAccuracy, heldOutAccuracy, learningRate, seconds }) => [
    `${phase} ${epoch}`,
    significant(loss, 4),
    percent(trainAccuracy),
    heldOutAccuracy === undefined ? "–" : percent(heldOutAccuracy),
    learningRate === undefined ? "–" : significant(learningRate),
    duration(seconds),
  ]);
  const names = ["epoch", "loss", "training images", "held out", "learning rate", "time"];
  return table([names, ...rows], ["left", ...Array<Align>(5).fill("right")]);
}

/** A table of texts that came from outside. */
function table(rows: readonly (readonly string[])[], align?: readonly Align[]): string {
  return textTable(
    rows.map((row) => row.map(printable)),
    align,
  );
}
