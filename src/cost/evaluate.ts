import { bufferSizes, type BufferSizes } from "./buffers.js";
import { readComponents, type Components } from "./components.js";
import { addCost, type Cost, type PartCosts, partNames, sumCosts, sumParts } from "./cost.js";
import type { CostLayer } from "./cost-layer.js";
import type { Hardware } from "./hardware.js";
import { mapLayer, type LayerMapping } from "./mapping.js";
import { type LayerBuffers, partCosts } from "./part-costs.js";
import { type LayerSpan, pipeline, PipelineMemory } from "./pipeline.js";
import {
  overPixels,
  pixelCounts,
  type PixelContext,
  type PixelTimes,
  pixelTimes,
  type Schedule,
} from "./pixel-times.js";
import { distances, type LayerDistances, tileGrid } from "./placement.js";
import type { Profile } from "./profile.js";
import { unitCosts } from "./unit-costs.js";

/** Everything that stays the same over many networks; made by `prepareCostModel`, used by one thread. */
export interface CostModel extends PixelContext {
  profile: Profile;
  memory: PipelineMemory;
}

/** One layer: where it is, when it works, and what each kind of part takes. */
export interface LayerCost {
  layer: CostLayer;
  mapping: LayerMapping;
  distances: LayerDistances;
  beginNs: number;
  finishNs: number;
  /** Time at work, waiting left out. */
  busyNs: number;
  parts: PartCosts;
  total: Cost;
}

/** A network's figures; EDP is latency × energy in ms·mJ. */
export interface CostTotals {
  latencyMs: number;
  energyMillijoule: number;
  edp: number;
  /** Of all parts at work at once. */
  powerWatt: number;
  areaMm2: number;
  tiles: number;
  /** Processing elements with weights. */
  pes: number;
}

/** A network's figures with all that they are sums of. */
export interface NetworkCost extends CostTotals {
  layers: LayerCost[];
  parts: PartCosts;
  buffers: BufferSizes;
}

/**
 * Prepares the model for a hardware: reads its component numbers, scales them, and lays out its grid.
 * @throws NAS_COST_COMPONENTS, NAS_COST_HARDWARE
 */
export function prepareCostModel(
  hardware: Hardware,
  profile: Profile,
  schedule: Schedule,
  components: Components = readComponents(hardware.components ?? profile.components),
): CostModel {
  const units = unitCosts(hardware, components);
  return { hardware, units, profile, corrections: profile.corrections, schedule, memory: new PipelineMemory() };
}

/**
 * What a network takes on the model's hardware, with every layer and part.
 * @throws NAS_COST_UNMAPPABLE where it does not fit
 */
export function networkCost(layers: readonly CostLayer[], model: CostModel): NetworkCost {
  const traversed = traverse(layers, model);
  const { mappings, hops, times, spans, parts, buffers } = traversed;
  return {
    ...totalsOf(traversed),
    layers: layers.map((layer, place) => ({
      layer,
      mapping: mappings[place],
      distances: hops[place],
      ...spans[place],
      busyNs: busyNs(layer, times[place], model),
      parts: parts[place],
      total: sumCosts(Object.values(parts[place])),
    })),
    parts: sumParts(parts),
    buffers,
  };
}

/** The figures alone, for ranking many networks. @throws NAS_COST_UNMAPPABLE where the network does not fit */
export function networkTotals(layers: readonly CostLayer[], model: CostModel): CostTotals {
  return totalsOf(traverse(layers, model));
}

/** What one pass over the layers finds, layer by layer. */
interface Traversed {
  mappings: LayerMapping[];
  hops: LayerDistances[];
  times: PixelTimes[];
  spans: LayerSpan[];
  parts: PartCosts[];
  buffers: BufferSizes;
}

/** The one pass: map, place, time, and ask every part what it takes. */
function traverse(layers: readonly CostLayer[], model: CostModel): Traversed {
  let tiles = 0;
  const mappings = layers.map((layer) => {
    const mapping = mapLayer(layer, model.hardware, model.corrections, tiles);
    tiles += mapping.tiles;
    return mapping;
  });
  const hops = distances(layers, mappings, tileGrid(model.hardware));
  const buffers = bufferSizes(layers, mappings, model.corrections);
  const times = layers.map((layer, place) => pixelTimes(layer, mappings[place], hops[place], model));
  const spans = layerSpans(layers, times, model);
  const parts = layers.map((layer, place) => {
    const sizes: LayerBuffers = {
      inputBytes: buffers.inputBytes[place],
      outputBytes: buffers.outputBytes[place],
      globalBytes: buffers.globalBytes,
    };
    return partCosts(layer, mappings[place], times[place], sizes, model);
  });
  return { mappings, hops, times, spans, parts, buffers };
}

/** The fold. */
function totalsOf({ mappings, spans, parts }: Traversed): CostTotals {
  const total: Cost = { latencyNs: 0, energyNj: 0, powerWatt: 0, areaMm2: 0 };
  for (const layer of parts) for (const name of partNames) addCost(total, layer[name]);
  let [latencyNs, tiles, pes] = [0, 0, 0];
  for (const { finishNs } of spans) latencyNs = Math.max(latencyNs, finishNs);
  for (const mapping of mappings) {
    tiles += mapping.tiles;
    if (mapping.rows > 0) pes += mapping.pes;
  }
  const latencyMs = latencyNs / 1e6;
  const energyMillijoule = total.energyNj / 1e6;
  return {
    latencyMs,
    energyMillijoule,
    edp: latencyMs * energyMillijoule,
    powerWatt: total.powerWatt,
    areaMm2: total.areaMm2,
    tiles,
    pes,
  };
}

function layerSpans(layers: readonly CostLayer[], times: readonly PixelTimes[], model: CostModel): LayerSpan[] {
  const rules = {
    windowsOverlap: model.schedule === "pipelined",
    resampleShortcuts: model.corrections.has("shortcut-resampling"),
  };
  return pipeline(
    layers,
    times.map(({ stepNs }) => stepNs),
    rules,
    model.memory,
  );
}

/** The tool counts the read of the output buffer twice in the busy time of arrays, though not in their pixels' steps. */
function busyNs(layer: CostLayer, times: PixelTimes, model: CostModel): number {
  const busy = overPixels(times.stepNs, pixelCounts(layer));
  const twice = (layer.op === "conv" || layer.op === "fc") && !model.corrections.has("output-read-once");
  return twice ? busy + times.outputReadNs * layer.outHeight * layer.outWidth : busy;
}
