import type { RunDocument } from "../record/run-document.js";
import { type Figure, standaloneSvg } from "./figures/chart.js";
import { Html, html } from "./html.js";
import { pageStyle } from "./page-style.js";
import { accuracySection } from "./sections/accuracy.js";
import { classesSection } from "./sections/classes.js";
import { hardwareSection } from "./sections/hardware.js";
import { headline } from "./sections/headline.js";
import { codesSection, layersSection } from "./sections/layers.js";
import { provenanceSection, timingSection } from "./sections/provenance.js";

/** A report: one HTML file that needs nothing else, and every figure of it as an SVG file of its own. */
export interface Report {
  html: string;
  /** `name` without ".svg". */
  figures: { name: string; svg: string }[];
}

/** Draws the report of a run; the same document gives the same bytes. Nothing of the document is taken as markup. */
export function renderReport(document: RunDocument): Report {
  const sections = [
    accuracySection(document),
    classesSection(document),
    layersSection(document),
    codesSection(document),
    hardwareSection(document),
    timingSection(document),
  ];
  const figures: Figure[] = sections.flatMap((section) => section.figures);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="generator" content="nas4cim ${document.run.versions.nas4cim}" />
        <title>${document.network.name} on ${document.dataset.name}, run ${document.run.id}</title>
        <link rel="icon" href="data:," />
        <style>
          ${new Html(pageStyle())}
        </style>
      </head>
      <body>
        ${headline(document)}
        <main>${sections.map((section) => section.html)} ${provenanceSection(document)}</main>
        <footer>nas4cim ${document.run.versions.nas4cim}. This page holds all it shows and fetches nothing.</footer>
      </body>
    </html> `;
  return { html: page.markup, figures: figures.map((figure) => ({ name: figure.name, svg: standaloneSvg(figure) })) };
}
