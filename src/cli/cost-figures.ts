import { join } from "node:path";
import { writeFileAtomic } from "../base/atomic-file.js";
import { makeFolder } from "../base/make-folder.js";
import type { CostDocument } from "../cost/cost-document.js";
import type { SweepPoint } from "../cost/sweep.js";
import { standaloneSvg } from "../report/figures/chart.js";
import type { Figure } from "../report/figures/figure.js";
import { costPlacementFigure } from "../report/figures/cost-placement.js";
import { costSweepFigure } from "../report/figures/cost-sweep.js";
import { costTimelineFigure } from "../report/figures/cost-timeline.js";
import { layerBarsFigure } from "../report/figures/layer-bars.js";
import { significant } from "../base/format.js";

/** Writes latency.svg, energy.svg, timeline.svg and placement.svg into a folder, and sweep.svg where there is a sweep; gives their paths. */
export function writeCostFigures(folder: string, document: CostDocument, points: readonly SweepPoint[]): string[] {
  makeFolder(folder);
  const figures = [...networkFigures(document), ...(points.length > 0 ? [sweepFigure(points)] : [])];
  return figures.map((figure) => {
    const path = join(folder, `${figure.name}.svg`);
    writeFileAtomic(path, standaloneSvg(figure));
    return path;
  });
}

function networkFigures({ layers }: CostDocument): Figure[] {
  const ids = layers.map(({ id }) => id);
  return [
    layerBarsFigure(
      {
        name: "latency",
        title: "Time at work by layer, ms",
        caption: "What each layer's pixels take, waiting left out.",
      },
      ids,
      [{ colour: "reference", values: layers.map(({ busyNs }) => busyNs / 1e6) }],
      (ms) => `${significant(ms)} ms`,
    ),
    layerBarsFigure(
      { name: "energy", title: "Energy by layer, µJ", caption: "" },
      ids,
      [{ colour: "subject", values: layers.map(({ energyNj }) => energyNj / 1e3) }],
      (microjoule) => `${significant(microjoule)} µJ`,
    ),
    costTimelineFigure(
      layers.map(({ id, beginNs, finishNs, busyNs }) => ({
        id,
        beginMs: beginNs / 1e6,
        finishMs: finishNs / 1e6,
        busyMs: busyNs / 1e6,
      })),
    ),
    costPlacementFigure(layers.map(({ id, tilePlaces }) => ({ id, places: tilePlaces }))),
  ];
}

function sweepFigure(points: readonly SweepPoint[]): Figure {
  return costSweepFigure(
    points.map(({ settings, latencyMs, energyMillijoule, isPareto }) => ({
      label: Object.entries(settings)
        .map(([key, value]) => `${key} ${value}`)
        .join(", "),
      latencyMs,
      energyMillijoule,
      isPareto,
    })),
  );
}
