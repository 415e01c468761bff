import { significant } from "../../base/format.js";
import { Html, html } from "../html.js";
import type { SearchPoint } from "../search-view.js";

const size = { width: 860, height: 460 };
const margin = { left: 64, right: 16, top: 14, bottom: 46 };

/**
 * All candidates by EDP (logarithmic) and task significance: each point is a link to its network's card. Those that no other
 * beats in both are ringed, those that were chosen are filled with the subject's colour.
 */
export function candidatePlot(points: readonly SearchPoint[], chosen: ReadonlySet<string>): Html {
  if (points.length === 0) return html`<p>No candidate has a cost.</p>`;
  const edps = points.map(({ edp }) => Math.log10(edp));
  const scores = points.map(({ score }) => score);
  const x = scale(edps, margin.left, size.width - margin.right);
  const y = scale(scores, size.height - margin.bottom, margin.top);
  const front = new Set(paretoFront(points).map(({ place }) => place));
  const dots = points.map((point) => {
    const at = `cx="${x(Math.log10(point.edp))}" cy="${y(point.score)}"`;
    const isChosen = chosen.has(point.network);
    const fill = isChosen ? "var(--subject)" : "var(--reference)";
    const ring = front.has(point.place) ? ` stroke="var(--ink)" stroke-width="1.5"` : "";
    const circle = new Html(`<circle ${at} r="${isChosen ? 7 : 4}" fill="${fill}" fill-opacity="0.75"${ring}/>`);
    const title = `${point.network}: EDP ${significant(point.edp, 4)} ms·mJ`;
    return html`<a href="#network-${point.place}" aria-label="${title}"><title>${title}</title>${circle}</a>`;
  });
  const left = 10 ** Math.min(...edps);
  const right = 10 ** Math.max(...edps);
  const box = new Html(
    `<rect x="${margin.left}" y="${margin.top}" width="${size.width - margin.left - margin.right}" height="${size.height - margin.top - margin.bottom}" fill="none" stroke="var(--line)"/>`,
  );
  const text = (at: string, words: string) =>
    html`${new Html(`<text ${at} font-size="12" fill="var(--muted)" font-family="inherit">`)}${words}${new Html("</text>")}`;
  const below = size.height - margin.bottom + 18;
  return html`<div class="wide">
    ${new Html(`<svg viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" role="img" aria-label="All candidates">`)}
    ${box} ${text(`x="${margin.left}" y="${below}"`, significant(left, 3))}
    ${text(`x="${size.width - margin.right}" y="${below}" text-anchor="end"`, significant(right, 3))}
    ${text(`x="${size.width / 2}" y="${below + 18}" text-anchor="middle"`, "EDP, ms·mJ, logarithmic")}
    ${text(`x="4" y="${margin.top + 12}"`, significant(Math.max(...scores), 4))}
    ${text(`x="4" y="${size.height - margin.bottom}"`, significant(Math.min(...scores), 4))} ${dots}
    ${new Html("</svg>")}
  </div>`;
}

/** The candidates that no other one beats in both, by rising EDP. */
export function paretoFront(points: readonly SearchPoint[]): SearchPoint[] {
  const sorted = [...points].sort((a, b) => a.edp - b.edp || b.score - a.score);
  let best = -Infinity;
  return sorted.filter(({ score }) => {
    if (score <= best) return false;
    best = score;
    return true;
  });
}

/** From the values' range to pixels, two digits behind the point. */
function scale(values: readonly number[], from: number, to: number): (value: number) => string {
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const inset = (to - from) * 0.03;
  return (value) => {
    const share = greatest > least ? (value - least) / (greatest - least) : 0.5;
    return (from + inset + share * (to - from - 2 * inset)).toFixed(2);
  };
}
