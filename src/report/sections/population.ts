import { count, counted, percent, percentDigits, points } from "../../base/format.js";
import type { RunDocument } from "../../record/run-document.js";
import { type Html, html } from "../html.js";
import { factTable, figureTable, section } from "../parts.js";
import { populationInWords, varianceShares } from "../population-words.js";

/** How far the figures are those of one chip: the same network on other chips of the same calibration. */
export function populationSection({ population, images }: RunDocument): { html: Html | undefined; figures: [] } {
  if (population === undefined) return { html: undefined, figures: [] };
  const digits = percentDigits(images);
  const rows = population.byChip.map(({ chipId, correct }) => [
    chipId,
    percent(correct.reduce((sum, each) => sum + each, 0) / (correct.length * images), digits),
    ...correct.map((each) => percent(each / images, digits)),
  ]);
  const writings = Array.from({ length: population.writings }, (_, writing) => `writing ${count(writing + 1)}`);
  const { mean, standardError, standardDeviation, worst, best } = population;
  const share = (fraction: number) => percent(fraction, digits);
  const spread = (fraction: number) => `${points(fraction, digits).replace("+", "")} points`;
  const content = html`<div class="two">
    ${factTable([
      ["mean", `${share(mean)}, standard error ${spread(standardError)}`],
      ["standard deviation over chips", spread(standardDeviation)],
      ["worst chip", share(worst)],
      ["best chip", share(best)],
      ...varianceShares(population).map(({ name, text }): [string, string] => [name, text]),
    ])}
    ${figureTable(["chip", "mean", ...writings], rows)}
  </div>`;
  const lead = `${counted(population.chips, "chip")} drawn from the calibration's distributions, each written ${counted(population.writings, "time")}, on the same ${counted(images, "image")}. ${populationInWords(population, images)}`;
  return { html: section("population", "Chips", lead, content), figures: [] };
}
