import type { Figure } from "./figures/figure.js";
import { Html, html, type HtmlPart } from "./html.js";

/** A part of the page with its heading and one line that says what it answers. `long` ones may break over printed pages. */
export function section(id: string, heading: string, lead: string, content: HtmlPart, long = false): Html {
  return html`<section id="${id}" class="${long ? "long" : ""}">
    <h2>${heading}</h2>
    <p class="lead">${lead}</p>
    ${content}
  </section> `;
}

/** A figure in the page. `wide` ones scroll on screens too narrow for them. */
export function figureBlock(figure: Figure, wide = false): Html {
  return html`<figure id="figure-${figure.name}">
    <h3>${figure.title}</h3>
    ${wide ? scrollBox("wide", figure.title, new Html(figure.svg)) : html`<div>${new Html(figure.svg)}</div>`}
    ${figure.caption === "" ? undefined : html`<figcaption>${figure.caption}</figcaption>`}
  </figure> `;
}

/** A table of figures: the first column names the row, the others keep right. */
export function figureTable(head: string[], rows: HtmlPart[][]): Html {
  return scrollBox(
    "scroll",
    `table of ${head[0]}`,
    html`<table>
      <thead>
        <tr>
          ${head.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([first, ...others]) =>
            html`<tr>
              <th scope="row">${first}</th>
              ${others.map((cell) => html`<td>${cell}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>`,
  );
}

/** A box that scrolls where its content is wider; the keyboard reaches it, and a screen reader tells what it is. */
export function scrollBox(style: "scroll" | "wide", name: string, content: Html): Html {
  return html`<div class="${style}" tabindex="0" role="group" aria-label="${name}">${content}</div> `;
}

/** A table of names and what stands behind them; rows without a value are left out. */
export function factTable(rows: [name: string, value: HtmlPart][]): Html {
  const present = rows.filter(([, value]) => value !== undefined);
  return scrollBox(
    "scroll",
    "facts",
    html`<table class="facts">
      <tbody>
        ${present.map(
          ([name, value]) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td>${value}</td>
            </tr> `,
        )}
      </tbody>
    </table>`,
  );
}

/** A row of figures that matter most, each with its name and a line of detail; `role` colours it. */
export function keyFigures(
  figures: readonly { name: string; value: string; unit?: string; detail: string; role?: "subject" | "reference" }[],
): Html {
  return html`<dl class="figures">
    ${figures.map(
      ({ name, value, unit, detail, role = "" }) =>
        html`<div>
          <dt>${name}</dt>
          <dd>
            <span class="value ${role}"
              >${value}${unit === undefined ? undefined : html` <span class="unit">${unit}</span>`}</span
            ><br /><span class="detail">${detail}</span>
          </dd>
        </div>`,
    )}
  </dl>`;
}
