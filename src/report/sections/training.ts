import type { TrainingEpoch } from "../../record/training.js";
import type { Figure } from "../figures/figure.js";
import { trainingFigures } from "../figures/training-curves.js";
import { counted, duration, percent, significant } from "../../base/format.js";
import { type Html, html } from "../html.js";
import { figureBlock, figureTable, section } from "../parts.js";

/** How a network was trained, epoch by epoch; nothing where no epoch is known. */
export function trainingSection(epochs: readonly TrainingEpoch[]): { html: Html; figures: Figure[] } {
  if (epochs.length === 0) return { html: html``, figures: [] };
  const figures = trainingFigures(epochs);
  const lead = `${epochsInWords(epochs)}, ${duration(epochs.reduce((sum, { seconds }) => sum + seconds, 0))} in all.`;
  const content = html`<div class="half">${figures.map((figure) => figureBlock(figure))}</div>`;
  return { html: section("training", "Training of the network", lead, content), figures };
}

/** Every epoch in figures. */
export function epochsSection(epochs: readonly TrainingEpoch[]): Html {
  const share = (value: number | undefined): string => (value === undefined ? "–" : percent(value));
  const rows = epochs.map(({ phase, epoch, loss, trainAccuracy, heldOutAccuracy, learningRate, seconds }) => [
    `${phase} ${epoch}`,
    significant(loss, 4),
    share(trainAccuracy),
    share(heldOutAccuracy),
    learningRate === undefined ? "–" : significant(learningRate),
    duration(seconds),
  ]);
  const head = ["epoch", "loss", "training images", "held-out images", "learning rate", "time"];
  return section("epochs", "Epochs", "The same in figures.", figureTable(head, rows), true);
}

/** "36 epochs: 24 float, 12 quantized". */
export function epochsInWords(epochs: readonly Pick<TrainingEpoch, "phase">[]): string {
  const counts = new Map<string, number>();
  for (const { phase } of epochs) counts.set(phase, (counts.get(phase) ?? 0) + 1);
  return `${counted(epochs.length, "epoch")}: ${[...counts].map(([phase, number]) => `${number} ${phase}`).join(", ")}`;
}
