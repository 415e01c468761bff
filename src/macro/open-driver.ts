import type { MacroDriver, OpenRequest } from "./define-driver.js";
import { GuardedMacro } from "./guarded.js";
import type { Macro } from "./macro.js";
import { RecordingMacro } from "./recording.js";

/**
 * Opens a driver's macro behind its guard. Every macro of a job comes from here.
 * @param recordPath where the driver's answers are written down for the replay driver
 */
export async function openDriver(
  driver: MacroDriver,
  request: OpenRequest,
  recordPath?: string,
): Promise<GuardedMacro> {
  const macro = await driver.open(request);
  return new GuardedMacro(recordPath === undefined ? macro : await recorded(macro, recordPath), request.context.log);
}

async function recorded(macro: Macro, path: string): Promise<Macro> {
  try {
    return new RecordingMacro(macro, path);
  } catch (error) {
    await macro[Symbol.asyncDispose]();
    throw error;
  }
}
