import { NasError } from "../base/errors.js";
import { nearestName } from "../base/nearest.js";
import { whole } from "../base/schema/fields.js";
import { checkJson, everyFault, type JsonFormat } from "../base/schema/json-format.js";
import { z } from "../base/schema/zod.js";
import type { CostRequest } from "./cost-document.js";
import { toCostLayers } from "./cost-layer.js";
import { type CostTotals, networkTotals, prepareCostModel } from "./evaluate.js";
import { converterFault, hardwareChanges, hardwareKeys, isaacUnit } from "./hardware.js";
import { profiles } from "./profile.js";

/** One key and the values to try, as text: adcsPerArray and 1, 2, 4. */
export interface SweepAxis {
  key: string;
  values: string[];
}

/** One point of a sweep. */
export interface SweepPoint extends CostTotals {
  settings: Record<string, string | number>;
  /** Whether no other point is at least as good in latency, energy and area and better in one. */
  isPareto: boolean;
}

/** Keys of the request that can be swept beside those of the hardware. */
const requestFields = {
  activationBits: whole(2, 32),
  weightBits: whole(2, 32),
  schedule: z.enum(["pipelined", "sequential"]),
  profile: z.enum(Object.keys(profiles) as (keyof typeof profiles)[]),
};

const requestKeys = Object.keys(requestFields) as (keyof typeof requestFields)[];

const sweepSettings = z.strictObject({ ...hardwareChanges.shape, ...z.strictObject(requestFields).partial().shape });

const settingsFormat: JsonFormat<z.output<typeof sweepSettings>> = {
  name: "sweep",
  schema: sweepSettings,
  codes: everyFault("NAS_COST_HARDWARE"),
  hints: {
    unreadable: "",
    invalid: "a sweep's values must be ones that its key can have; docs/cost-model.md lists them",
  },
};

/** Every key that a sweep may have. */
export const sweepKeys: readonly string[] = [
  ...hardwareKeys.filter((key) => key !== "name" && key !== "components"),
  ...requestKeys,
];

/** Reads "key=v1,v2". @throws NAS_CLI_USAGE where the form is another or the key unknown */
export function parseSweepAxis(text: string): SweepAxis {
  const [, key, list] = /^([A-Za-z]+)=(.+)$/.exec(text) ?? [];
  const values = list?.split(",").map((value) => value.trim());
  if (values === undefined || values.some((value) => value === "")) {
    throw new NasError("NAS_CLI_USAGE", `--sweep is "${text}"`, {
      hint: "give a key and values, such as adcsPerArray=1,2,4,8",
      context: { value: text },
    });
  }
  if (!sweepKeys.includes(key)) {
    const nearest = nearestName(key, sweepKeys);
    throw new NasError("NAS_CLI_USAGE", `--sweep key "${key}" is unknown`, {
      hint: nearest === undefined ? `known: ${sweepKeys.join(", ")}` : `did you mean "${nearest}"?`,
      context: { key },
    });
  }
  return { key, values };
}

/**
 * The figures of a network for every combination of the axes' values, in order, with the Pareto front marked.
 * @throws NAS_COST_HARDWARE where a value is none of its key, and what the cost model throws
 */
export function sweep(request: CostRequest, axes: readonly SweepAxis[]): SweepPoint[] {
  let combinations: Record<string, string | number>[] = [{}];
  for (const { key, values } of axes) {
    combinations = combinations.flatMap((settings) =>
      values.map((value) => ({ ...settings, [key]: typedValue(key, value) })),
    );
  }
  const points = combinations.map((settings) => ({ settings, ...evaluate(request, settings) }));
  return points.map((point) => ({ ...point, isPareto: !points.some((other) => dominates(other, point)) }));
}

/** A number where the key takes one; ids of converters are text even where they look like numbers. */
function typedValue(key: string, value: string): string | number {
  const isNumber = requestKeys.includes(key as (typeof requestKeys)[number])
    ? key.endsWith("Bits")
    : typeof isaacUnit[key as keyof typeof isaacUnit] === "number";
  return isNumber ? Number(value) : value;
}

function evaluate(request: CostRequest, settings: Record<string, string | number>): CostTotals {
  const { value, fail } = checkJson(settingsFormat, settings, "--sweep");
  const { precision } = request;
  const {
    activationBits = precision.activationBits,
    weightBits = precision.weightBits,
    schedule = request.schedule,
    profile = request.profile,
    ...changes
  } = value;
  const hardware = { ...request.hardware, ...changes };
  const fault = converterFault(hardware);
  if (fault !== undefined) fail([fault.key], fault.message, { hint: "sweep only what an array can have" });
  const layers = toCostLayers(request.graph, { activationBits, weightBits });
  return networkTotals(layers, prepareCostModel(hardware, profiles[profile], schedule));
}

function dominates(a: CostTotals, b: CostTotals): boolean {
  const members = ["latencyMs", "energyMillijoule", "areaMm2"] as const;
  return members.every((member) => a[member] <= b[member]) && members.some((member) => a[member] < b[member]);
}
