import { knownGraphs } from "../network/known-graphs.js";
import { toCostLayers } from "./cost-layer.js";
import { readComponents } from "./components.js";
import { type CostTotals, networkTotals, prepareCostModel } from "./evaluate.js";
import { type Hardware, isaacUnit } from "./hardware.js";
import { type Correction, corrections, profiles } from "./profile.js";

/** What one correction alone changes for ResNet-20 at 9/9 bit, pipelined, in percent of mnsim-2.0. */
export interface CorrectionEffect {
  correction: Correction | "dac-8-bit-milliwatt" | "all";
  reason: string;
  /** What the hardware is beside the ISAAC unit, where the correction shows only there. */
  on: string;
  latencyPercent: number;
  energyPercent: number;
  areaPercent: number;
}

const dacReason =
  "an 8-bit DAC takes 0.4992 mW; the tool's table lacks the factor 1e-3, and a DAC of half a watt results";

/** Where a correction does nothing on the ISAAC unit: hardware on which it does. */
const shownOn: Partial<Record<CorrectionEffect["correction"], { on: string; change: Partial<Hardware> }>> = {
  "weight-bits-per-cell": { on: "cells of 2 bits", change: { bitsPerCell: 2 } },
  "dac-8-bit-milliwatt": { on: "8-bit DACs", change: { dac: "6" } },
};

/** Every correction alone, then all together. */
export function correctionEffects(): CorrectionEffect[] {
  const layers = toCostLayers(knownGraphs.resnet20(), { activationBits: 9, weightBits: 9 });
  const [tool, mended] = [readComponents("mnsim-2.0"), readComponents("physical")];
  const evaluate = (only: readonly Correction[], components: typeof tool, change: Partial<Hardware>): CostTotals => {
    const profile = { ...profiles["mnsim-2.0"], corrections: new Set(only) };
    return networkTotals(layers, prepareCostModel({ ...isaacUnit, ...change }, profile, "pipelined", components));
  };
  const effect = (
    correction: CorrectionEffect["correction"],
    reason: string,
    only: readonly Correction[],
    components: typeof tool,
  ): CorrectionEffect => {
    const { on, change } = shownOn[correction] ?? { on: "isaac-unit", change: {} };
    const before = evaluate([], tool, change);
    const after = evaluate(only, components, change);
    const percent = (member: "latencyMs" | "energyMillijoule" | "areaMm2"): number =>
      100 * (after[member] / before[member] - 1);
    return {
      correction,
      reason,
      on,
      latencyPercent: percent("latencyMs"),
      energyPercent: percent("energyMillijoule"),
      areaPercent: percent("areaMm2"),
    };
  };
  const names = Object.keys(corrections) as Correction[];
  return [
    ...names.map((name) => effect(name, corrections[name], [name], tool)),
    effect("dac-8-bit-milliwatt", dacReason, [], mended),
    effect("all", "the profile physical", names, mended),
  ];
}
