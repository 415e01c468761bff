import type { Precision } from "./cost-layer.js";
import { type HardwarePresetName, hardwarePresets } from "./presets.js";
import type { Schedule } from "./pixel-times.js";
import type { LayerGraph } from "../network/layer-graph.js";
import { toCostLayers } from "./cost-layer.js";
import { networkTotals, prepareCostModel } from "./evaluate.js";
import { profiles } from "./profile.js";

/** EDPs in ms·mJ that NAS4CIM prints (doi 10.11999/JEIT250978), by the names of its networks. */
export const publishedEdp: Readonly<Record<string, number>> = {
  resnet20: 4.23,
  "cifar-10-accuracy-first": 4.23,
  "cifar-10-balanced": 0.97,
  "cifar-10-edp-first": 0.16,
  "fashion-mnist-accuracy-first": 0.21,
  "fashion-mnist-edp-first": 0.16,
  "imagenet-edp-first": 504.74,
};

/** A setting that comes near a published figure; the paper does not tell its own in full, and no single one meets all rows. */
export interface PublishedSetting {
  name: string;
  hardware: HardwarePresetName;
  schedule: Schedule;
  precision: Precision;
}

const nineBits = { activationBits: 9, weightBits: 9 };

export const publishedSettings: readonly PublishedSetting[] = [
  { name: "ISAAC unit, pipelined", hardware: "isaac-unit", schedule: "pipelined", precision: nineBits },
  {
    name: "ISAAC unit, 65 nm buffers, pipelined",
    hardware: "isaac-unit-65nm-buffers",
    schedule: "pipelined",
    precision: nineBits,
  },
  {
    name: "8 ADCs an array, no pipeline",
    hardware: "eight-adcs-per-array",
    schedule: "sequential",
    precision: nineBits,
  },
  {
    name: "8 ADCs of 4 mW an array, no pipeline",
    hardware: "eight-4mw-adcs-per-array",
    schedule: "sequential",
    precision: nineBits,
  },
  {
    name: "the same, weights of sign + 4 bits",
    hardware: "eight-4mw-adcs-per-array",
    schedule: "sequential",
    precision: { activationBits: 9, weightBits: 5 },
  },
];

/** Our figure under one setting, beside the published one. */
export interface PublishedComparison {
  setting: string;
  edp: number;
  published: number;
  /** Ours over the published one. */
  ratio: number;
}

/** A network's EDP under every setting beside the published one; empty where none is published under its name. */
export function comparePublished(graph: LayerGraph): PublishedComparison[] {
  if (!Object.hasOwn(publishedEdp, graph.name)) return [];
  const published = publishedEdp[graph.name];
  return publishedSettings.map(({ name, hardware, schedule, precision }) => {
    const model = prepareCostModel(hardwarePresets[hardware], profiles["mnsim-2.0"], schedule);
    const { edp } = networkTotals(toCostLayers(graph, precision), model);
    return { setting: name, edp, published, ratio: edp / published };
  });
}
