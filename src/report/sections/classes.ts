import type { RunDocument } from "../../record/run-document.js";
import { confusionDifferenceFigure } from "../figures/confusion-difference.js";
import { confusionFigure } from "../figures/confusion.js";
import type { Figure } from "../figures/figure.js";
import { count, percent, points } from "../../base/format.js";
import { type Html, html } from "../html.js";
import { figureBlock, figureTable, section } from "../parts.js";

/** Which classes are told apart, and where the subject's answers moved. */
export function classesSection(document: RunDocument): { html: Html; figures: Figure[] } {
  const { classNames, subject, reference } = document.confusion;
  const figures = [
    confusionDifferenceFigure(document),
    confusionFigure(document, "subject"),
    confusionFigure(document, "reference"),
  ];
  const rows = classNames.map((name, place) => {
    const images = subject[place].reduce((sum, each) => sum + each, 0);
    const share = (counts: number[][]): number => (images === 0 ? 0 : counts[place][place] / images);
    return {
      moved: share(subject) - share(reference),
      cells: [
        name,
        count(images),
        percent(share(subject), 1),
        percent(share(reference), 1),
        points(share(subject) - share(reference), 1),
      ],
    };
  });
  const worst = rows.sort((a, b) => a.moved - b.moved).map(({ cells }) => cells);
  const [difference, ...answers] = figures.map((figure) => figureBlock(figure));
  const content = html`<div class="half">
    ${difference}
    <div>
      <h3>Accuracy by class</h3>
      ${figureTable(["true class", "images", "subject", "reference", "points"], worst)}
    </div>
    ${answers}
  </div>`;
  const lead = "What is taken for what, and where the subject's answers differ; classes that lost most come first.";
  return { html: section("classes", "Classes", lead, content, true), figures };
}
