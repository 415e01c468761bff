import type { RunDocument } from "../../record/run-document.js";
import type { Figure } from "../figures/figure.js";
import { codeScatterFigure } from "../figures/code-scatter.js";
import { errorByCodeFigure } from "../figures/error-by-code.js";
import { errorHistogramFigure } from "../figures/error-histogram.js";
import { layerErrorFigures } from "../figures/layer-error.js";
import { count, counted, percent, roughCount, significant } from "../../base/format.js";
import { type Html, html } from "../html.js";
import { figureBlock, figureTable, section } from "../parts.js";

/** The error of every layer, compared code by code on the same inputs. */
export function layersSection(document: RunDocument): { html: Html; figures: Figure[] } {
  const { layers } = document;
  const bars = layers.length === 0 ? [] : layerErrorFigures(document);
  const head = [
    "layer",
    "images",
    "codes",
    "RMSE, LSB",
    "mean, LSB",
    "largest, LSB",
    "NMSE",
    "equal",
    "clipped: subject",
    "reference",
  ];
  const rows = layers.map(({ id, codes }) => [
    id,
    count(codes.images),
    roughCount(codes.codes),
    significant(codes.rmseLsb),
    significant(codes.meanErrorLsb, 2),
    count(codes.maxAbsErrorLsb),
    significant(codes.nmse),
    percent(codes.equalShare, 1),
    percent(codes.clippedShare.subject),
    percent(codes.clippedShare.reference),
  ]);
  const content = html`<div class="many">${bars.map((figure) => figureBlock(figure))}</div>
    <h3 style="margin-top:24px">In figures</h3>
    ${figureTable(head, rows)}`;
  const compared = layers.length === 0 ? 0 : Math.max(...layers.map(({ codes }) => codes.images));
  const lead = `Both macros were given the same inputs, the exact activations of the quantized network, on ${counted(compared, "image")}; so each layer shows its own error and none from layers before it. One LSB is one step of the ADC.`;
  return { html: section("layers", "Layers", lead, content, true), figures: bars };
}

/** The codes themselves, layer by layer: subject against reference, and their errors. */
export function codesSection({ layers }: RunDocument): { html: Html; figures: Figure[] } {
  const byLayer = layers
    .filter(({ codes }) => codes.codes > 0)
    .map((layer) => [codeScatterFigure(layer), errorByCodeFigure(layer), errorHistogramFigure(layer)]);
  const blocks = byLayer.map(
    (figures) => html`<div class="layer">${figures.map((figure) => figureBlock(figure))}</div>`,
  );
  const lead =
    "Raw ADC codes, subject against reference on the same inputs. First: both codes, shaded by the logarithm of their number; on the dashed line they are equal. Second: the same pairs by their error; a slope is gain, a shift is offset, width is noise, a bend at an end is clipping. Third: how often each error came up, on a logarithmic axis; the end bars hold all that lies beyond.";
  return {
    html: section("codes", "Codes", lead, html`${blocks}`, true),
    figures: byLayer.flat(),
  };
}
