import type { LayerGraph } from "../network/layer-graph.js";
import { type Cost, type PartCosts, type PartName, partNames } from "./cost.js";
import { type AskedPrecision, type CostLayer, toCostLayers, type ToldPrecision, toldPrecision } from "./cost-layer.js";
import { type CostTotals, type LayerCost, networkCost, prepareCostModel } from "./evaluate.js";
import type { Hardware } from "./hardware.js";
import type { LayerMapping } from "./mapping.js";
import type { Schedule } from "./pixel-times.js";
import { type LayerDistances, tileGrid } from "./placement.js";
import { type ProfileName, profiles } from "./profile.js";
import { comparePublished, type PublishedComparison } from "./published.js";

/** What a person asks: what does this network take on that hardware? */
export interface CostRequest {
  graph: LayerGraph;
  hardware: Hardware;
  profile: ProfileName;
  schedule: Schedule;
  precision: AskedPrecision;
}

/** The answer, as `nas4cim cost --json` prints it. Times in ns unless the name says ms; EDP in ms·mJ. */
export interface CostDocument extends CostTotals {
  format: "nas4cim-cost";
  version: 1;
  network: string;
  profile: ProfileName;
  schedule: Schedule;
  /** With the sign; "own": the stored network's, layer by layer, as `layers` tells them. */
  precision: ToldPrecision;
  hardware: Hardware;
  /** Sums over layers; parts that have nothing to do are left out here and in layers. */
  parts: Partial<PartCosts>;
  layers: CostDocumentLayer[];
  /** EDPs of the literature beside ours under settings that come near them; empty where none is known. */
  published: PublishedComparison[];
}

export interface CostDocumentLayer extends CostLayer {
  mapping: LayerMapping;
  distances: LayerDistances;
  /** Row and column on the grid of each of the layer's tiles. */
  tilePlaces: [row: number, column: number][];
  beginNs: number;
  finishNs: number;
  busyNs: number;
  energyNj: number;
  powerWatt: number;
  areaMm2: number;
  parts: Partial<PartCosts>;
}

/** @throws NAS_COST_COMPONENTS, NAS_COST_HARDWARE, NAS_COST_UNMAPPABLE, NAS_NETWORK_SHAPE */
export function costDocument({ graph, hardware, profile, schedule, precision }: CostRequest): CostDocument {
  const model = prepareCostModel(hardware, profiles[profile], schedule);
  const { layers, parts, buffers: _buffers, ...totals } = networkCost(toCostLayers(graph, precision), model);
  return {
    format: "nas4cim-cost",
    version: 1,
    network: graph.name,
    profile,
    schedule,
    precision: toldPrecision(graph, precision),
    hardware,
    ...totals,
    parts: busyParts(parts),
    layers: layers.map((layer) => documentLayer(layer, hardware)),
    published: comparePublished(graph),
  };
}

function documentLayer(
  { layer, mapping, distances, beginNs, finishNs, busyNs, parts, total }: LayerCost,
  hardware: Hardware,
): CostDocumentLayer {
  const { rowOf, columnOf } = tileGrid(hardware);
  const { energyNj, powerWatt, areaMm2 } = total;
  return {
    ...layer,
    mapping,
    distances,
    tilePlaces: Array.from({ length: mapping.tiles }, (_, place) => {
      const tile = mapping.firstTile + place;
      return [rowOf[tile], columnOf[tile]];
    }),
    beginNs,
    finishNs,
    busyNs,
    energyNj,
    powerWatt,
    areaMm2,
    parts: busyParts(parts),
  };
}

function busyParts(parts: PartCosts): Partial<PartCosts> {
  const isBusy = (cost: Cost): boolean => Object.values(cost).some((value) => value !== 0);
  return Object.fromEntries(
    partNames.filter((name) => isBusy(parts[name])).map((name): [PartName, Cost] => [name, parts[name]]),
  );
}
