import { standaloneSvg } from "./figures/chart.js";
import type { Figure } from "./figures/figure.js";
import { Html, html, type HtmlPart } from "./html.js";
import { pageStyle } from "./page-style.js";

/** A report: one HTML file that needs nothing else, and every figure of it as an SVG file of its own. */
export interface Report {
  html: string;
  /** `name` without ".svg". */
  figures: { name: string; svg: string }[];
}

/** A whole page around its parts; `version` is that of the nas4cim whose work it shows. */
export function framePage(
  { title, version, header, main }: { title: string; version: string; header: Html; main: HtmlPart },
  figures: readonly Figure[],
): Report {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="generator" content="nas4cim ${version}" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style>
          ${new Html(pageStyle())}
        </style>
      </head>
      <body>
        ${header}
        <main>${main}</main>
        <footer>nas4cim ${version}. This page holds all it shows and fetches nothing.</footer>
      </body>
    </html> `;
  return { html: page.markup, figures: figures.map((figure) => ({ name: figure.name, svg: standaloneSvg(figure) })) };
}
