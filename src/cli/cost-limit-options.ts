import type { Command } from "commander";
import type { CostLimits } from "../search/cost-limits.js";
import { positiveNumber } from "./option-values.js";

/** What a command line says of limits. */
export interface CostLimitOptions {
  maxEdp?: number;
  maxLatencyMs?: number;
  maxEnergyMj?: number;
  maxAreaMm2?: number;
}

/** --max-edp and its like, for commands that choose a network. */
export function addCostLimitOptions(command: Command): void {
  command
    .option("--max-edp <ms·mJ>", "choose no network of a larger EDP", positiveNumber("--max-edp"))
    .option("--max-latency-ms <ms>", "nor of a longer latency", positiveNumber("--max-latency-ms"))
    .option("--max-energy-mj <mJ>", "nor of more energy", positiveNumber("--max-energy-mj"))
    .option("--max-area-mm2 <mm²>", "nor of a larger area", positiveNumber("--max-area-mm2"));
}

/** The limits that were given. */
export function limitsOf({ maxEdp, maxLatencyMs, maxEnergyMj, maxAreaMm2 }: CostLimitOptions): CostLimits {
  return {
    ...(maxEdp === undefined ? {} : { edp: maxEdp }),
    ...(maxLatencyMs === undefined ? {} : { latencyMs: maxLatencyMs }),
    ...(maxEnergyMj === undefined ? {} : { energyMillijoule: maxEnergyMj }),
    ...(maxAreaMm2 === undefined ? {} : { areaMm2: maxAreaMm2 }),
  };
}
