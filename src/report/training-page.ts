import type { TrainingDocument } from "../record/training.js";
import { accuracyOf } from "../record/statistics.js";
import { count, duration, moment, percent, percentDigits, percentInterval, significant } from "../base/format.js";
import { type Html, html, type HtmlPart } from "./html.js";
import { framePage, type Report } from "./page-frame.js";
import { factTable, keyFigures, section } from "./parts.js";
import { epochsSection, trainingSection } from "./sections/training.js";
import { progressInWords, shellQuoted } from "./words.js";

/** Draws the report of a training, done or not; the same document gives the same bytes. Nothing of it is taken as markup. */
export function renderTraining(document: TrainingDocument): Report {
  const { training, epochs } = document;
  const curves = trainingSection(epochs);
  return framePage(
    {
      title: `Training of ${training.network} on ${training.dataset}, ${training.id}`,
      version: training.versions.nas4cim ?? "",
      header: headline(document),
      main: html`${curves.html} ${epochs.length === 0 ? undefined : epochsSection(epochs)} ${provenance(document)}`,
    },
    curves.figures,
  );
}

function headline(document: TrainingDocument): Html {
  const { training } = document;
  const { status, failure } = training;
  return html`<header>
    <p class="eyebrow">nas4cim training ${training.id}, ${moment(training.startedAt)}</p>
    <h1>${training.network} on ${training.dataset}: training, seed ${training.seed}</h1>
    <p class="verdict">${progressInWords(training)}</p>
    ${
      status === "done" || failure?.message === undefined
        ? undefined
        : html`<p class="note warning">${failure.code === undefined ? "" : `${failure.code}: `}${failure.message}</p>`
    }
    ${keyFigures(figuresOf(document))}
  </header> `;
}

function figuresOf({ training, epochs }: TrainingDocument): Parameters<typeof keyFigures>[0] {
  const { result } = training;
  const last = epochs.at(-1);
  const time = {
    name: "Training time",
    value: duration(epochs.reduce((sum, { seconds }) => sum + seconds, 0)),
    detail: `${count(epochs.length)} of ${count(plannedEpochs(training))} epochs`,
  };
  if (result === undefined) {
    if (last === undefined) return [time];
    const heldOut = last.heldOutAccuracy;
    return [
      { name: "Loss", value: significant(last.loss, 3), detail: `${last.phase} epoch ${last.epoch}` },
      { name: "Training images", value: percent(last.trainAccuracy), detail: "while the weights moved" },
      ...(heldOut === undefined
        ? []
        : [{ name: "Held-out images", value: percent(heldOut), detail: "averaged weights" }]),
      time,
    ];
  }
  const accuracy = (name: string, correct: number) => {
    const { fraction, interval95 } = accuracyOf(correct, result.testImages);
    const digits = percentDigits(result.testImages);
    return { name, value: percent(fraction, digits), detail: percentInterval(interval95, digits) };
  };
  return [
    accuracy("Test images, float", result.floatCorrect),
    accuracy("Test images, integer", result.quantizedCorrect),
    { name: "Parameters", value: count(result.parameters), detail: "weights and biases" },
    time,
  ];
}

function plannedEpochs({ phases }: TrainingDocument["training"]): number {
  return phases.reduce((sum, { epochs }) => sum + epochs, 0);
}

function provenance({ training }: TrainingDocument): Html {
  const { result, versions } = training;
  const rows: [string, HtmlPart][] = [
    ["Training", html`<code>${training.id}</code>, started ${training.startedAt}`],
    ["Status", training.endedAt === undefined ? training.status : `${training.status}, ${training.endedAt}`],
    ["Recipe", html`${training.recipeName} <code>${training.recipeHash}</code>`],
    ["Seed", String(training.seed)],
    ["Training images", html`${training.dataset} <code>${training.dataSha256}</code>`],
    [
      "Phases",
      training.phases.map(({ phase, epochs }) => `${phase} ${epochs}`).join(", ") +
        (training.phases.length > 0 ? " epochs" : ""),
    ],
    ["Network", training.outputFolder],
    [
      "Test images",
      result === undefined
        ? undefined
        : `${count(result.testImages)}: ${count(result.floatCorrect)} right in float, ${count(result.quantizedCorrect)} on integers`,
    ],
    [
      "Versions",
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(", "),
    ],
  ];
  const command = `nas4cim train --recipe ${shellQuoted(training.recipeName)} --seed ${training.seed} --out <folder>`;
  return section(
    "provenance",
    "Provenance",
    "What the training rests on.",
    html`${factTable(rows)}
      <h3>To train it again</h3>
      <pre><code>${command}</code></pre>
      <p>
        The same recipe, seed and images give the same network on the same machine with the same versions. Hashes are
        SHA-256.
      </p>`,
  );
}
