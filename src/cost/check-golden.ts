import { readComponents } from "./components.js";
import type { Cost, PartName } from "./cost.js";
import { type CostModel, type LayerCost, type NetworkCost, networkCost, prepareCostModel } from "./evaluate.js";
import { type GoldenRun, readGoldenFile } from "./golden-file.js";
import { profiles } from "./profile.js";
import type { UnitCosts } from "./unit-costs.js";

/** Where figures of one quantity differ most from ours. */
export interface QuantityDifference {
  /** "latency_ms", "layers.energy_nJ.ADC". */
  quantity: string;
  /** Figures compared. */
  count: number;
  /** Largest |golden − ours| / max(|golden|, |ours|); infinite where we have no such figure. */
  largestRelative: number;
  /** The run and the place of the largest. */
  at: string;
  golden: number;
  ours: number | undefined;
}

/** Figures that differ by no more than this agree. */
export const goldenTolerance = 1e-9;

/**
 * Recomputes every run of a golden file with the profile mnsim-2.0 and compares every figure in it.
 * @throws NAS_COST_GOLDEN where the file breaks its format
 */
export function checkGolden(path: string): QuantityDifference[] {
  const byQuantity = new Map<string, QuantityDifference>();
  for (const run of readGoldenFile(path)) {
    const model = goldenModel(run);
    const ours = goldenFigures(networkCost(run.layers, model), model.units);
    for (const [place, golden] of run.figures) {
      const value = ours.get(place);
      const relative = value === undefined ? Infinity : relativeDifference(golden, value);
      const quantity = place.replace(/\[\d+\]/g, "");
      const known = byQuantity.get(quantity);
      const count = (known?.count ?? 0) + 1;
      if (known === undefined || relative > known.largestRelative) {
        const at = `${run.label}: ${place}`;
        byQuantity.set(quantity, { quantity, count, largestRelative: relative, at, golden, ours: value });
      } else known.count = count;
    }
  }
  return [...byQuantity.values()];
}

/** What the model makes of the network of a golden run. */
export function recompute(run: GoldenRun): NetworkCost {
  return networkCost(run.layers, goldenModel(run));
}

function goldenModel({ settings, schedule }: GoldenRun): CostModel {
  const components = readComponents("mnsim-2.0");
  const own = { ...components, crossbar: { ...components.crossbar, ...settings.crossbar } };
  return prepareCostModel(settings.hardware, profiles["mnsim-2.0"], schedule, own);
}

function relativeDifference(a: number, b: number): number {
  return a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
}

/** Names of parts in golden files. */
const partKeys: readonly (readonly [key: string, part: PartName])[] = [
  ["xbar", "crossbar"],
  ["ADC", "adc"],
  ["DAC", "dac"],
  ["buf_r", "bufferRead"],
  ["buf_w", "bufferWrite"],
  ["pooling", "pooling"],
  ["jointmodule", "jointModule"],
  ["input_demux", "inputDemux"],
  ["output_mux", "outputMux"],
  ["iReg", "inputRegister"],
  ["oReg", "outputRegister"],
  ["shiftreg", "shiftRegister"],
  ["adder", "adder"],
];

/** Times have longer names for buffers, and parts without power. */
const timeKeys = partKeys
  .map(([key, part]) => [key.replace("buf_", "buffer_"), part] as const)
  .concat([
    ["intra_tile", "intraTile"],
    ["tile_merge", "tileMerge"],
    ["tile_transfer", "tileTransfer"],
  ]);

const digitalParts: readonly PartName[] = [
  "inputRegister",
  "outputRegister",
  "inputDemux",
  "outputMux",
  "shiftRegister",
  "jointModule",
];

/** Our figures under the paths of a golden run. */
function goldenFigures(cost: NetworkCost, units: UnitCosts): Map<string, number> {
  const figures = new Map<string, number>();
  const millijoule = (...parts: PartName[]): number =>
    parts.reduce((sum, part) => sum + cost.parts[part].energyNj, 0) / 1e6;
  const totals: Record<string, number> = {
    params_no_bias: sumOf(cost.layers, weights),
    macs: sumOf(cost.layers, (layer) => weights(layer) * layer.layer.outHeight * layer.layer.outWidth),
    latency_ms: cost.latencyMs,
    energy_mJ: cost.energyMillijoule,
    edp: cost.edp,
    power_W: cost.powerWatt,
    area_mm2: cost.areaMm2,
    xbars: cost.pes,
    tiles: cost.tiles,
    inbuf_KB: cost.buffers.inputBytes[0] / 1024,
    outbuf_KB: cost.buffers.outputBytes[0] / 1024,
    globuf_KB: cost.buffers.globalBytes / 1024,
    "brk.buf": millijoule("bufferRead", "bufferWrite"),
    "brk.digital": millijoule(...digitalParts) + printedSumAddersNj(cost, units) / 1e6,
  };
  for (const [key, value] of Object.entries(totals)) figures.set(key, value);
  for (const [key, part] of partKeys) figures.set(`brk.${key}`, millijoule(part));
  cost.layers.forEach((layer, place) => {
    for (const [key, value] of layerFigures(layer)) figures.set(`layers[${place}].${key}`, value);
  });
  return figures;
}

/**
 * What the tool prints among the digital parts for the adders of sums, though no layer's energy has it: one addition for each
 * channel of a sum, whatever its pixels, with its time in µs taken for ns.
 */
function printedSumAddersNj({ layers }: NetworkCost, { adder, clockNs }: UnitCosts): number {
  const sums = layers.filter(({ layer }) => layer.op === "add").map(({ layer }) => layer);
  const bitsAdded = sums.reduce((sum, { outChannels, outputBits }) => sum + outChannels * Math.max(8, outputBits), 0);
  return bitsAdded * adder.powerWattPerBit * (clockNs / 1000);
}

function layerFigures(cost: LayerCost): [key: string, value: number][] {
  const { mapping, distances, parts, total } = cost;
  const energy = (part: PartName): number => parts[part].energyNj;
  return [
    ["mapping.mx", mapping.pesAcross],
    ["mapping.my", mapping.pesDown],
    ["mapping.max_row", mapping.rows],
    ["mapping.max_column", mapping.columns],
    ["mapping.max_group", mapping.planes],
    ["mapping.max_PE", mapping.pesPerTile],
    ["mapping.PEnum", mapping.pes],
    ["mapping.tilenum", mapping.tiles],
    ["mapping.startid", mapping.firstTile],
    ["in_layer_distance", distances.merge],
    ["transfer_distance", distances.transfer],
    ["begin_ns", cost.beginNs],
    ["finish_ns", cost.finishNs],
    ["busy_ns", cost.busyNs],
    ...timeKeys.map(([key, part]): [string, number] => [`latency_ns.${key}`, goldenTime(cost, part)]),
    ["power_W.", total.powerWatt],
    ...byPart("power_W", parts, "powerWatt"),
    ["energy_nJ.total", total.energyNj],
    ["energy_nJ.digital", digitalParts.reduce((sum, part) => sum + energy(part), 0)],
    ...byPart("energy_nJ", parts, "energyNj"),
  ];
}

function byPart(group: string, parts: LayerCost["parts"], member: keyof Cost): [string, number][] {
  return partKeys.map(([key, part]) => [`${group}.${key}`, parts[part][member]]);
}

function goldenTime({ parts }: LayerCost, part: PartName): number {
  return parts[part].latencyNs;
}

function weights({ layer }: LayerCost): number {
  if (layer.op !== "conv" && layer.op !== "fc") return 0;
  return layer.kernel ** 2 * layer.inChannels * layer.outChannels;
}

function sumOf(layers: readonly LayerCost[], value: (layer: LayerCost) => number): number {
  return layers.reduce((sum, layer) => sum + value(layer), 0);
}
