import { printable } from "../../base/printable.js";
import { goldenTolerance, type QuantityDifference } from "../../cost/check-golden.js";
import { type Cost, type PartName, partNames } from "../../cost/cost.js";
import type { CostDocument } from "../../cost/cost-document.js";
import type { SweepPoint } from "../../cost/sweep.js";
import { count, percent, significant } from "../../base/format.js";
import { textTable } from "./text-table.js";

/** What a network takes, for a terminal. */
export function costText(document: CostDocument): string {
  return [head(document), partTable(document), layerTable(document), publishedTable(document)]
    .filter((part) => part !== "")
    .join("\n\n");
}

function head(document: CostDocument): string {
  const { network, hardware, profile, schedule, precision, latencyMs, energyMillijoule, edp } = document;
  return textTable([
    ["network", printable(network)],
    ["hardware", `${printable(hardware.name)}, ${hardware.arrayRows}×${hardware.arrayColumns} arrays`],
    ["setting", `profile ${profile}, ${schedule}`],
    [
      "bits",
      `${bitsInWords("activations", precision.activationBits)}, ${bitsInWords("weights", precision.weightBits)}`,
    ],
    ["latency", `${significant(latencyMs, 4)} ms`],
    ["energy", `${significant(energyMillijoule, 4)} mJ`],
    ["EDP", `${significant(edp, 4)} ms·mJ`],
    ["area", `${significant(document.areaMm2, 4)} mm²`],
    ["power", `${significant(document.powerWatt, 4)} W, all parts at work`],
    ["size", `${count(document.pes)} processing elements with weights, ${count(document.tiles)} tiles`],
  ]);
}

function bitsInWords(what: string, bits: number | "own"): string {
  return bits === "own" ? `${what}: the network's own` : `${what}: ${bits} with the sign`;
}

const partLabels: Readonly<Record<PartName, string>> = {
  crossbar: "crossbar",
  dac: "DAC",
  adc: "ADC",
  bufferRead: "buffer reads",
  bufferWrite: "buffer writes",
  inputRegister: "input registers",
  outputRegister: "output registers",
  inputDemux: "input demux",
  outputMux: "output mux",
  shiftRegister: "shift registers",
  adder: "adders",
  jointModule: "joint modules",
  pooling: "pooling",
  elementwiseSum: "sums",
  intraTile: "inside tiles",
  tileMerge: "merge of tiles",
  tileTransfer: "between tiles",
};

function partTable({ parts, energyMillijoule }: CostDocument): string {
  const rows = partNames
    .map((name): [PartName, Cost | undefined] => [name, parts[name]])
    .filter((row): row is [PartName, Cost] => row[1] !== undefined)
    .map(([name, cost]) => [
      partLabels[name],
      significant(cost.latencyNs / 1e6),
      significant(cost.energyNj / 1e6),
      percent(cost.energyNj / 1e6 / energyMillijoule, 1),
      significant(cost.areaMm2),
    ]);
  return textTable(
    [["part", "at work, ms", "energy, mJ", "share", "area, mm²"], ...rows],
    ["left", ...rightColumns(4)],
  );
}

function layerTable({ layers }: CostDocument): string {
  const rows = layers.map((layer) => [
    printable(layer.id),
    layer.op,
    `${layer.outHeight}×${layer.outWidth}×${layer.outChannels}`,
    count(layer.mapping.pes),
    count(layer.mapping.tiles),
    significant(layer.beginNs / 1e6),
    significant(layer.finishNs / 1e6),
    significant(layer.busyNs / 1e6),
    significant(layer.energyNj / 1e3),
  ]);
  const titles = ["layer", "op", "output", "PEs", "tiles", "begin, ms", "finish, ms", "busy, ms", "energy, µJ"];
  return textTable([titles, ...rows], ["left", "left", ...rightColumns(7)]);
}

function publishedTable({ published }: CostDocument): string {
  if (published.length === 0) return "";
  const rows = published.map(({ setting, edp, published: theirs, ratio }) => [
    setting,
    significant(edp),
    significant(theirs),
    `${significant(ratio)}×`,
  ]);
  const table = textTable(
    [["setting, profile mnsim-2.0", "EDP", "NAS4CIM", ""], ...rows],
    ["left", ...rightColumns(3)],
  );
  return `beside the published figure; the paper does not tell its setting in full\n${table}`;
}

/** The points of a sweep, Pareto points marked. */
export function sweepText(points: readonly SweepPoint[]): string {
  const keys = Object.keys(points[0].settings);
  const rows = points.map((point) => [
    ...keys.map((key) => String(point.settings[key])),
    significant(point.latencyMs, 4),
    significant(point.energyMillijoule, 4),
    significant(point.edp, 4),
    significant(point.areaMm2, 4),
    point.isPareto ? "*" : "",
  ]);
  const titles = [...keys, "latency, ms", "energy, mJ", "EDP", "area, mm²", ""];
  const table = textTable([titles, ...rows], rightColumns(titles.length - 1));
  return `${table}\n\n* no other point is at least as good in latency, energy and area and better in one`;
}

/** The comparison with golden runs, largest differences first. */
export function checkText(differences: readonly QuantityDifference[], path: string): string {
  const sorted = [...differences].sort((a, b) => b.largestRelative - a.largestRelative);
  const bad = sorted.filter(({ largestRelative }) => !(largestRelative <= goldenTolerance));
  const figures = differences.reduce((sum, difference) => sum + difference.count, 0);
  const rows = sorted.map(({ quantity, count: compared, largestRelative }) => [
    printable(quantity),
    count(compared),
    Number.isFinite(largestRelative) ? largestRelative.toExponential(1) : "no such figure",
  ]);
  const table = textTable(
    [["quantity", "figures", "largest relative difference"], ...rows],
    ["left", "right", "right"],
  );
  const details = bad.map(
    ({ at, golden, ours }) => `  ${printable(at)}: ${golden} in the file, ${ours === undefined ? "none" : ours} here`,
  );
  const verdict =
    bad.length === 0
      ? `${path}: ${count(figures)} figures agree within ${goldenTolerance} relative`
      : `${path}: ${count(bad.length)} of ${count(differences.length)} quantities differ by more than ${goldenTolerance} relative:`;
  return [table, "", printable(verdict), ...details].join("\n");
}

function rightColumns(columns: number): "right"[] {
  return Array.from({ length: columns }, () => "right" as const);
}
