import { SimulatedMacro } from "../../src/device/simulated-macro.js";
import { idealCharacter, type ChipCharacter } from "../../src/device/virtual-chip.js";
import { sharePool } from "../../src/kernels/worker-pool.js";
import { GuardedMacro } from "../../src/macro/guarded.js";
import type { MacroSpec } from "../../src/macro/macro.js";
import { sampleSpec } from "./macro-spec.js";

/** A simulated macro of the sample spec with some of it changed, behind its guard; ideal but for what `chip` says. */
export function openSimulated(
  spec: Partial<MacroSpec> = {},
  chip: Partial<ChipCharacter> = {},
  { threads = 1, seed = 1 }: { threads?: number; seed?: number } = {},
): GuardedMacro {
  const whole = { ...sampleSpec, ...spec };
  const macro = new SimulatedMacro({
    spec: whole,
    identity: { driver: "test", kind: "virtual", chipId: "simulated", description: "" },
    chip: { ...idealCharacter(), ...chip },
    seed,
    lease: sharePool(threads),
  });
  return new GuardedMacro(macro);
}
