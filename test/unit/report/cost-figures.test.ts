import { expect } from "chai";
import { costPlacementFigure } from "../../../src/report/figures/cost-placement.js";
import { costSweepFigure } from "../../../src/report/figures/cost-sweep.js";
import { costTimelineFigure } from "../../../src/report/figures/cost-timeline.js";

/** Attributes of the drawing's filled shapes are not told apart by the library; texts are enough to see what is drawn. */
function texts(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, content]) => content);
}

describe("the figures of a network's cost", () => {
  it("name every layer of the timeline", () => {
    const { svg } = costTimelineFigure([
      { id: "conv1", beginMs: 0, finishMs: 2, busyMs: 2 },
      { id: "fc", beginMs: 2, finishMs: 2, busyMs: 0 },
    ]);
    expect(texts(svg)).to.include.members(["conv1", "fc", "time, ms"]);
  });

  it("number every tile and leave out layers without one", () => {
    const { svg, caption } = costPlacementFigure([
      { id: "conv1", places: [[0, 0]] },
      { id: "sum", places: [] },
      {
        id: "conv2",
        places: [
          [0, 1],
          [1, 1],
        ],
      },
    ]);
    expect(texts(svg)).to.deep.equal(["1", "2", "2", "1  conv1 (1)", "2  conv2 (2)"]);
    expect(caption).to.contain("3 tiles of 2 layers");
  });

  it("label a few points of a sweep, and only the front of many", () => {
    const point = (place: number) => ({
      label: `point ${place}`,
      latencyMs: place,
      energyMillijoule: 1,
      isPareto: place === 1,
    });
    const labels = (count: number) =>
      texts(costSweepFigure(Array.from({ length: count }, (_, place) => point(place + 1))).svg).filter((text) =>
        text.startsWith("point"),
      );
    expect(labels(3)).to.deep.equal(["point 1", "point 2", "point 3"]);
    expect(labels(40)).to.deep.equal(["point 1"]);
  });
});
