import type { RunDocument } from "../../record/run-document.js";
import type { Figure } from "../figures/figure.js";
import { tileMapFigure } from "../figures/tile-map.js";
import { count, counted, percent, roughCount, significant } from "../../base/format.js";
import { type Html, html } from "../html.js";
import { figureBlock, figureTable, keyFigures, section } from "../parts.js";

/** What the network takes of the chip. */
export function hardwareSection(document: RunDocument): { html: Html; figures: Figure[] } {
  const { hardware, layers, tiles } = document;
  const figure = tileMapFigure(document);
  const outOfTolerance = (layer: string): number =>
    tiles.filter((tile) => tile.layer === layer).reduce((sum, tile) => sum + tile.cellsOutOfTolerance, 0);
  const rows = layers.map((layer) => [
    layer.id,
    `${layer.rows} × ${layer.outputs}`,
    `${layer.inputBits} / ${layer.weightBits}`,
    count(layer.slices),
    count(layer.tiles),
    count(layer.cells),
    `${count(outOfTolerance(layer.id))} (${significant((100 * outOfTolerance(layer.id)) / Math.max(1, layer.cells), 2)} %)`,
    roughCount(layer.adcConversionsPerImage),
    range(layer.adcStepLevels),
  ]);
  const head = [
    "layer",
    "inputs × outputs",
    "bits in / weight",
    "slices",
    "tiles",
    "cells",
    "out of tolerance",
    "ADC conversions / image",
    "levels per ADC step",
  ];
  const content = html`${costFigures(document)} ${figureBlock(figure, true)}
    <h3 style="margin-top:24px">By layer</h3>
    ${figureTable(head, rows)}`;
  const rounds =
    hardware.rounds === 1
      ? "all at once"
      : `in ${counted(hardware.rounds, "round")}, the chip programmed anew for each`;
  const lead = `${counted(hardware.tiles, "tile")} on ${counted(hardware.arraysAvailable, "array")} of ${hardware.arrayRows} × ${hardware.arrayColumns} cells, ${rounds}; ${hardware.cellBits}-bit cells, ${hardware.adcBits}-bit ADC, ${roughCount(hardware.adcConversionsPerImage)} conversions an image, ${percent(hardware.utilisation, 1)} of the cells in use.`;
  return { html: section("hardware", "Arrays", lead, content, true), figures: [figure] };
}

/** Latency and energy of one inference, where the document has them. */
function costFigures({ cost }: RunDocument): Html | undefined {
  if (cost === undefined) return undefined;
  const figures = [
    { name: "Latency", value: significant(cost.latencyMs), unit: "ms", detail: `an image, ${cost.schedule}` },
    { name: "Energy", value: significant(cost.energyMillijoule * 1000), unit: "µJ", detail: "an image" },
    { name: "EDP", value: significant(cost.edp), unit: "ms·mJ", detail: "latency × energy" },
    { name: "Area", value: significant(cost.areaMm2), unit: "mm²", detail: counted(cost.tiles, "tile") },
  ];
  return html`${keyFigures(figures)}
    <p class="note">
      By the cost model, not measured: profile ${cost.profile}, ${cost.hardware}, the network's own bits. It gives each
      layer tiles of its own, so its tiles are others than those of the map below.
    </p>`;
}

/** "2" where all are equal, else "1 … 4". */
function range(values: number[]): string {
  const low = Math.min(...values);
  const high = Math.max(...values);
  return low === high ? String(low) : `${low} … ${high}`;
}
