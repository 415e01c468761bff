import type { Accuracy, Interval, MacroSummary, RunDocument } from "../../record/run-document.js";
import {
  moment,
  percent,
  percentDigits,
  percentInterval,
  points,
  pointsInterval,
  roughCount,
} from "../../base/format.js";
import { type Html, html } from "../html.js";
import { keyFigures } from "../parts.js";
import { differenceHeadline, honestyNote, imagesInWords, kindInWords, oneChipNote } from "../words.js";

/** The top of the page: what ran on what, who answered and what they are, and the four figures that matter. */
export function headline(document: RunDocument): Html {
  const { run, network, dataset, accuracies, difference, agreement, images } = document;
  const digits = percentDigits(images);
  const note = honestyNote(run);
  const oneChip = oneChipNote(document);
  const share = (name: string, fraction: number, interval: Interval) => {
    const [value, unit] = percent(fraction, digits).split(" ");
    return { name, value, unit, detail: percentInterval(interval, digits) };
  };
  const accuracy = (name: string, role: "subject" | "reference", { fraction, interval95 }: Accuracy) => ({
    ...share(name, fraction, interval95),
    role,
  });
  return html`<header>
    <p class="eyebrow">nas4cim run ${run.id}, ${moment(run.startedAt)}</p>
    <h1>${network.name} on ${dataset.name}: ${imagesInWords(document)}</h1>
    <div class="macros">${macro("subject", run.subject)}${macro("reference", run.reference)}</div>
    ${note === undefined ? undefined : html`<p class="note">${note}</p>`}
    ${oneChip === undefined ? undefined : html`<p class="note">${oneChip}</p>`}
    ${dataset.caveat === undefined ? undefined : html`<p class="note warning">About the images: ${dataset.caveat}</p>`}
    <p class="verdict">${differenceHeadline(difference, images)}</p>
    ${keyFigures([
      accuracy("Subject accuracy", "subject", accuracies.subject),
      accuracy("Reference accuracy", "reference", accuracies.reference),
      {
        name: "Subject − reference",
        value: points(difference.fraction, digits),
        unit: "points",
        detail: pointsInterval(difference.interval95, digits),
      },
      share("Same answer", agreement.share, agreement.interval95),
    ])}
    <p class="eyebrow" style="margin-top:8px">
      Ranges are 95 % intervals. ${roughCount(network.parameters)} parameters, ${roughCount(network.macs)}
      multiply-accumulates an image.
    </p>
  </header> `;
}

function macro(role: "subject" | "reference", summary: MacroSummary): Html {
  const { name, description } = summary;
  return html`<div>
    <span class="dot ${role}"></span><span class="name">${role}</span> ${name}<span class="kind ${role}"
      >${kindInWords(summary)}</span
    ><br /><span class="eyebrow">${description}</span>
  </div> `;
}
