import { isNasError } from "../base/errors.js";
import { costDocument } from "../cost/cost-document.js";
import { isaacUnit } from "../cost/hardware.js";
import type { MacroSpec } from "../macro/macro.js";
import type { NetworkDescription } from "../network/network.js";
import type { RunCost } from "../record/run-document.js";

/**
 * What one inference of a run's network takes by the cost model, at the network's own bits: the ISAAC unit with the macro's
 * arrays and cells, one ADC an array, pipelined, profile `physical`. Undefined where the model cannot map it.
 */
export function costOfRun(network: NetworkDescription, spec: MacroSpec): RunCost | undefined {
  const hardware = {
    ...isaacUnit,
    name: "isaac-unit with the macro's arrays",
    arrayRows: spec.arrayRows,
    arrayColumns: spec.arrayColumns,
    dacsPerArray: spec.arrayRows,
    bitsPerCell: spec.cellBits,
  };
  const setting = { profile: "physical", schedule: "pipelined" } as const;
  try {
    const document = costDocument({ graph: network, hardware, ...setting, precision: {} });
    const { latencyMs, energyMillijoule, edp, areaMm2, tiles, pes } = document;
    return { ...setting, hardware: hardware.name, latencyMs, energyMillijoule, edp, areaMm2, tiles, pes };
  } catch (error) {
    if (isNasError(error, "NAS_COST_UNMAPPABLE")) return undefined;
    throw error;
  }
}
