import { count, moment, percent, significant } from "../base/format.js";
import { candidatePlot, paretoFront } from "./figures/candidate-plot.js";
import { shareTrajectory } from "./figures/share-trajectory.js";
import { Html, html } from "./html.js";
import { framePage, type Report } from "./page-frame.js";
import { factTable, figureBlock, figureTable, keyFigures, section } from "./parts.js";
import type { SearchPoint, SearchView, SearchVoice } from "./search-view.js";

/** Draws the report of a search; the same view gives the same bytes. Nothing of it is taken as markup. */
export function renderSearch(view: SearchView): Report {
  const figures = view.trajectories.map((trajectory, place) => shareTrajectory(trajectory, view.operators, place));
  const main = html`${voicesSection(view)} ${disagreementSection(view)} ${candidatesSection(view)}
  ${stabilitySection(view)}
  ${section(
    "trajectories",
    "How the task's shares came about",
    "Softmax of the coefficients over the supernet's steps, layer by layer.",
    figures.map((figure) => figureBlock(figure)),
    true,
  )}
  ${section("provenance", "Provenance", "What the search rests on.", factTable([...view.facts]))}`;
  const title = `Search ${view.id}`;
  return framePage({ title, version: view.versions.nas4cim ?? "", header: headline(view), main }, figures);
}

function headline(view: SearchView): Html {
  const byNetwork = new Map(view.candidates.map((candidate) => [candidate.network, candidate]));
  const cards = view.selections.map(({ objective, network }) => {
    const found = byNetwork.get(network);
    const detail = found === undefined ? "not among the candidates" : `EDP ${significant(found.edp, 4)} ms·mJ`;
    return { name: objective, value: network, detail };
  });
  return html`<header>
    <p class="eyebrow">nas4cim search ${view.id}, ${moment(view.startedAt)}</p>
    <h1>${view.title}</h1>
    ${keyFigures(cards)}
  </header> `;
}

/** A matrix as a heat map: the stronger a cell, the more speaks for the operator. */
function heatMap({ name, explanation, rows }: SearchVoice, operators: readonly string[]): Html {
  const cells = rows.map((row, layer) => {
    const greatest = Math.max(...row);
    const tds = row.map((share) => {
      const strength = greatest > 0 ? Math.round((70 * share) / greatest) : 0;
      const fill = new Html(`<td style="background:color-mix(in srgb,var(--reference) ${strength}%,transparent)">`);
      return html`${fill}${percent(share)}${new Html("</td>")}`;
    });
    return html`<tr>
      <th scope="row">layer ${layer + 1}</th>
      ${tds}
    </tr>`;
  });
  return html`<h3>${name}</h3>
    <p>${explanation}</p>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th></th>
            ${operators.map((operator) => html`<th scope="col">${operator}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${cells}
        </tbody>
      </table>
    </div>`;
}

function voicesSection({ voices, operators }: SearchView): Html {
  return section(
    "significance",
    "What speaks for each operator",
    "One matrix a voice: searched layers by operators.",
    voices.map((voice) => heatMap(voice, operators)),
    true,
  );
}

/** Each voice's favourite, layer by layer, where they are not of one mind. */
function disagreementSection({ voices, operators }: SearchView): Html {
  const layers = voices[0].rows.map((_, layer) => layer);
  const favourite = ({ rows }: SearchVoice, layer: number) => operators[rows[layer].indexOf(Math.max(...rows[layer]))];
  const differing = layers.filter((layer) => new Set(voices.map((voice) => favourite(voice, layer))).size > 1);
  const rows = differing.map((layer) => [`layer ${layer + 1}`, ...voices.map((voice) => favourite(voice, layer))]);
  return section(
    "disagreement",
    "Where the voices disagree",
    differing.length === 0
      ? "They agree in every layer."
      : "The favourite of each voice in the layers where they differ.",
    differing.length === 0 ? undefined : figureTable(["", ...voices.map(({ name }) => name)], rows),
  );
}

function candidatesSection({ candidates, selections, failures }: SearchView): Html {
  const chosen = new Set(selections.map(({ network }) => network));
  const front = paretoFront(candidates);
  return section(
    "candidates",
    "All candidates",
    `${count(candidates.length)} whole networks with their cost; ${count(front.length)} of them no other one beats in both (ringed). A point opens its network.`,
    html`${candidatePlot(candidates, chosen)} ${candidates.map(card)}
    ${
      failures.length === 0
        ? undefined
        : html`<h3>Without a cost</h3>
            ${figureTable(
              ["network", "why"],
              failures.map(({ network, message }) => [network, message]),
            )}`
    }`,
    true,
  );
}

/** A candidate's card, folded; the plot's links unfold it where the browser follows links into details, and lead to it anyway. */
function card(point: SearchPoint): Html {
  const rows = point.layers.map(({ id, energyMillijoule, latencyMs, tiles }) => [
    id,
    significant(energyMillijoule, 3),
    significant(latencyMs, 3),
    count(tiles),
  ]);
  return html`<details id="network-${point.place}">
    <summary><code>${point.network}</code> EDP ${significant(point.edp, 4)} ms·mJ</summary>
    <p>
      Place ${point.place + 1} by task significance (${significant(point.score, 4)}); ${count(point.parameters)}
      parameters, ${count(point.macs)} MACs; ${significant(point.latencyMs, 4)} ms,
      ${significant(point.energyMillijoule, 4)} mJ.
    </p>
    ${figureTable(["layer", "energy, mJ", "at work, ms", "tiles"], rows)}
  </details> `;
}

function stabilitySection({ stability, seeds }: SearchView): Html {
  const byTop = figureTable(
    ["objective", ...stability.tops.map((top) => `K = ${top}`)],
    stability.rows.map(({ objective, networks }) => [objective, ...networks]),
  );
  const bySeed =
    seeds.length === 0
      ? html`<p>The store has no other search that differs in the seed alone.</p>`
      : figureTable(
          ["search", "seed", "Kendall's τ of the task's shares"],
          seeds.map(({ searchId, seed, tau }) => [searchId, String(seed), tau.toFixed(2)]),
        );
  return section("stability", "How stable the choice is", "Over K, and over seeds.", html`${byTop} ${bySeed}`);
}
