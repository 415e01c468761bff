/** Public entry "nas4cim/device": the physics of simulated chips. */
export { SimulatedMacro } from "./simulated-macro.js";
export { drawChip } from "./draw-chip.js";
export { idealCharacter, type ChipCharacter } from "./virtual-chip.js";
export { readChipCharacter } from "./read-chip.js";
export { effects, type EffectKeys } from "./effects/all-effects.js";
export { conditionRanges, type Conditions, type Effect } from "./effects/effect.js";
export { programCells, type NumberedImage, type ProgrammedCells } from "./program-cells.js";
export { sharePool } from "../kernels/worker-pool.js";
