import { expect } from "chai";
import fc from "fast-check";
import { paretoFront } from "../../../src/report/figures/candidate-plot.js";
import { renderSearch } from "../../../src/report/search-page.js";
import type { SearchPoint, SearchView } from "../../../src/report/search-view.js";

const point = (place: number, edp: number, score: number, network = `[c${place}]`): SearchPoint => ({
  place,
  network,
  score,
  edp,
  latencyMs: 1,
  energyMillijoule: edp,
  parameters: 10,
  macs: 20,
  layers: [{ id: "s1l1.conv", energyMillijoule: edp, latencyMs: 1, tiles: 1 }],
});

const view: SearchView = {
  id: "20260102-030405-srch",
  startedAt: "2026-01-02T03:04:05.000Z",
  title: "A <b>space</b>",
  operators: ["-", "c3", "b3"],
  voices: [
    { name: "Task", explanation: "", rows: [[0.2, 0.5, 0.3]] },
    { name: "Hardware", explanation: "", rows: [[0.9, 0.1, 0]] },
  ],
  trajectories: [
    {
      layer: "stage 1",
      steps: [1, 2],
      shares: [
        [0.3, 0.2],
        [0.4, 0.5],
        [0.3, 0.3],
      ],
    },
  ],
  candidates: [point(0, 0.2, -1), point(1, 0.1, -2), point(2, 0.3, -3)],
  failures: [{ network: "[c9]", message: "no <room>" }],
  selections: [{ objective: "edp", network: "[c1]" }],
  stability: { tops: [1, 2], rows: [{ objective: "edp", networks: ["[c1]", "[c0]"] }] },
  seeds: [],
  facts: [["Space", "tiny"]],
  versions: { nas4cim: "0.1.0" },
};

describe("the report of a search", () => {
  it("is the same bytes for the same view, with one figure a layer", () => {
    const report = renderSearch(view);
    expect(renderSearch(structuredClone(view))).to.deep.equal(report);
    expect(report.figures.map(({ name }) => name)).to.deep.equal(["shares-1"]);
  });

  it("takes no name for markup and fetches nothing", () => {
    const { html } = renderSearch(view);
    expect(html).to.include("A &lt;b&gt;space&lt;/b&gt;").and.include("no &lt;room&gt;");
    expect(html).to.not.match(/<script|src=|https?:\/\/(?!www\.w3\.org)/);
  });

  it("leads from every point to its network's card", () => {
    const { html } = renderSearch(view);
    for (const { place } of view.candidates) {
      expect(html).to.include(`href="#network-${place}"`).and.include(`<details id="network-${place}"`);
    }
  });

  it("tells where the voices disagree, and that they agree where they do", () => {
    expect(renderSearch(view).html).to.include("The favourite of each voice");
    const [task] = view.voices;
    expect(renderSearch({ ...view, voices: [task, task] }).html).to.include("They agree in every layer.");
  });

  it("rings exactly the candidates that no other one beats in both", () => {
    const points = fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: -20, max: 0 })), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(points, (pairs) => {
        const all = pairs.map(([edp, score], place) => point(place, edp, score));
        const front = paretoFront(all);
        const beats = (a: SearchPoint, b: SearchPoint) =>
          a.edp <= b.edp && a.score >= b.score && (a.edp < b.edp || a.score > b.score);
        for (const one of all) {
          const isBeaten = all.some((other) => beats(other, one));
          const figures = front.some(({ edp, score }) => edp === one.edp && score === one.score);
          expect(figures).to.equal(!isBeaten);
        }
      }),
    );
  });
});
