/** Public entry "nas4cim/driver": all that a driver package needs. */
export {
  defineDriver,
  type FoundDevice,
  type MacroDriver,
  type OpenRequest,
  type OptionRole,
} from "./macro/define-driver.js";
export { readDriverOptions, type OptionEntry, type OptionTable, type OptionValues } from "./macro/driver-options.js";
/** For drivers of contract 1, which checked their calls themselves. */
export { MacroGuard } from "./macro/guard.js";
export { GuardedMacro } from "./macro/guarded.js";
export { openDriver } from "./macro/open-driver.js";
export { RecordingMacro } from "./macro/recording.js";
export { ReplayMacro } from "./macro/replay.js";
export { adcOutputs, adcRails, isRail, logicalRows } from "./macro/macro.js";
export type {
  CallOptions,
  LinkCondition,
  InputBlock,
  Macro,
  MacroCondition,
  MacroIdentity,
  MacroSettings,
  MacroSpec,
  OutputBlock,
  ProgramReport,
  RecordedMacro,
  SimulationKeys,
  TileImage,
} from "./macro/macro.js";
export { NasError, isNasError, messageOf, throwIfAborted } from "./base/errors.js";
export type { JobContext } from "./base/progress.js";
