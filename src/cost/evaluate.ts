import { bufferSizes, type BufferSizes } from "./buffers.js";
import { readComponents, type Components } from "./components.js";
import { type Cost, type PartCosts, sumCosts, sumParts } from "./cost.js";
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
 * What a network takes on the model's hardware.
 * @throws NAS_COST_UNMAPPABLE where it does not fit
 */
export function networkCost(layers: readonly CostLayer[], model: CostModel): NetworkCost {
  const mappings: LayerMapping[] = [];
  let [tiles, pes] = [0, 0];
  for (const layer of layers) {
    const mapping = mapLayer(layer, model.hardware, model.corrections, tiles);
    mappings.push(mapping);
    tiles += mapping.tiles;
    pes += mapping.rows > 0 ? mapping.pes : 0;
  }
  const hops = distances(layers, mappings, tileGrid(model.hardware));
  const buffers = bufferSizes(layers, mappings, model.corrections);
  const times = layers.map((layer, place) => pixelTimes(layer, mappings[place], hops[place], model));
  const spans = layerSpans(layers, times, model);
  const layerCosts = layers.map((layer, place): LayerCost => {
    const sizes: LayerBuffers = {
      inputBytes: buffers.inputBytes[place],
      outputBytes: buffers.outputBytes[place],
      globalBytes: buffers.globalBytes,
    };
    const parts = partCosts(layer, mappings[place], times[place], sizes, model);
    return {
      layer,
      mapping: mappings[place],
      distances: hops[place],
      ...spans[place],
      busyNs: busyNs(layer, times[place], model),
      parts,
      total: sumCosts(Object.values(parts)),
    };
  });
  const total = sumCosts(layerCosts.map((layer) => layer.total));
  const latencyMs = Math.max(...spans.map(({ finishNs }) => finishNs)) / 1e6;
  const energyMillijoule = total.energyNj / 1e6;
  return {
    latencyMs,
    energyMillijoule,
    edp: latencyMs * energyMillijoule,
    powerWatt: total.powerWatt,
    areaMm2: total.areaMm2,
    tiles,
    pes,
    layers: layerCosts,
    parts: sumParts(layerCosts.map(({ parts }) => parts)),
    buffers,
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
