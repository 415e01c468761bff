import type { MacroSummary, RunDocument } from "../../record/run-document.js";
import { moment, percent, percentDigits, percentInterval, points, pointsInterval, roughCount } from "../format.js";
import { type Html, html, type HtmlPart } from "../html.js";
import { differenceHeadline, honestyNote, imagesInWords, kindNames } from "../words.js";

/** The top of the page: what ran on what, who answered and what they are, and the four figures that matter. */
export function headline(document: RunDocument): Html {
  const { run, network, dataset, accuracies, difference, agreement, images } = document;
  const digits = percentDigits(images);
  const note = honestyNote(run);
  return html`<header>
    <p class="eyebrow">nas4cim run ${run.id}, ${moment(run.startedAt)}</p>
    <h1>${network.name} on ${dataset.name}: ${imagesInWords(document)}</h1>
    <div class="macros">${macro("subject", run.subject)}${macro("reference", run.reference)}</div>
    ${note === undefined ? undefined : html`<p class="note">${note}</p>`}
    ${dataset.caveat === undefined ? undefined : html`<p class="note warning">About the images: ${dataset.caveat}</p>`}
    <p class="verdict">${differenceHeadline(difference, images)}</p>
    <dl class="figures">
      ${keyFigure("Subject accuracy", "subject", percentParts(accuracies.subject.fraction, digits), percentInterval(accuracies.subject.interval95, digits))}
      ${keyFigure("Reference accuracy", "reference", percentParts(accuracies.reference.fraction, digits), percentInterval(accuracies.reference.interval95, digits))}
      ${keyFigure("Subject − reference", "", [points(difference.fraction, digits), "points"], pointsInterval(difference.interval95, digits))}
      ${keyFigure("Same answer", "", percentParts(agreement.share, digits), percentInterval(agreement.interval95, digits))}
    </dl>
    <p class="eyebrow" style="margin-top:8px">
      Ranges are 95 % intervals. ${roughCount(network.parameters)} parameters, ${roughCount(network.macs)}
      multiply-accumulates an image.
    </p>
  </header> `;
}

function macro(role: "subject" | "reference", { name, kind, description }: MacroSummary): Html {
  return html`<div>
    <span class="dot ${role}"></span><span class="name">${role}</span> ${name}<span class="kind ${role}"
      >${kindNames[kind]}</span
    ><br /><span class="eyebrow">${description}</span>
  </div> `;
}

function keyFigure(name: string, role: string, [value, unit]: [string, string], interval: string): HtmlPart {
  return html`<div>
    <dt>${name}</dt>
    <dd>
      <span class="value ${role}">${value} <span class="unit">${unit}</span></span
      ><br /><span class="detail">${interval}</span>
    </dd>
  </div>`;
}

function percentParts(fraction: number, digits: number): [string, string] {
  const [value, unit] = percent(fraction, digits).split(" ");
  return [value, unit];
}
