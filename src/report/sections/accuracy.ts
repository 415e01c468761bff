import type { Accuracy, RunDocument } from "../../record/run-document.js";
import { accuracyFigure } from "../figures/accuracy.js";
import type { Figure } from "../figures/figure.js";
import { count, percent, percentDigits, percentInterval, points } from "../../base/format.js";
import { type Html, html, type HtmlPart } from "../html.js";
import { figureBlock, figureTable, section } from "../parts.js";
import { differenceInWords } from "../words.js";

/** How accuracy goes down from float to the subject, and whether subject and reference differ. */
export function accuracySection(document: RunDocument): { html: Html; figures: Figure[] } {
  const { accuracies, difference, agreement, images } = document;
  const digits = percentDigits(images);
  const figure = accuracyFigure(document);
  const bothRight = accuracies.subject.correct - difference.subjectOnly;
  const content = html`<div class="two">
      ${figureBlock(figure)}
      <div>
        ${figureTable(["", "accuracy", "95 % interval", "correct", "− integer"], rows(document))}
        <p>
          Same answer on ${percent(agreement.share, digits)} of the images, right or wrong; Cohen's kappa, agreement
          beyond chance, is ${agreement.cohenKappa.toFixed(3)}.
        </p>
      </div>
    </div>
    <h3 style="margin-top:24px">Image by image</h3>
    <p>${differenceInWords(difference, images)}</p>
    ${figureTable(
      ["", "reference right", "reference wrong"],
      [
        ["subject right", count(bothRight), count(difference.subjectOnly)],
        [
          "subject wrong",
          count(difference.referenceOnly),
          count(images - bothRight - difference.subjectOnly - difference.referenceOnly),
        ],
      ],
    )}`;
  const lead = "Where accuracy is lost: by quantizing the network, by the reference's array and ADC, by the subject.";
  return { html: section("accuracy", "Accuracy", lead, content), figures: [figure] };
}

function rows({ accuracies, images }: RunDocument): HtmlPart[][] {
  const digits = percentDigits(images);
  return (["float", "integer", "reference", "subject"] as const).flatMap((of) => {
    const measured: Accuracy | undefined = accuracies[of];
    if (measured === undefined) return [];
    const { fraction, interval95, correct } = measured;
    const step = of === "integer" ? "" : points(fraction - accuracies.integer.fraction, digits);
    return [[of, percent(fraction, digits), percentInterval(interval95, digits), count(correct), step]];
  });
}
