import { checkIdentity } from "./check-identity.js";
import type { MacroDriver, OpenRequest } from "./define-driver.js";
import { GuardedMacro } from "./guarded.js";
import type { Macro } from "./macro.js";
import { RecordingMacro } from "./recording.js";

/** How a job wants a macro opened. */
export interface OpenOptions {
  /** Where the driver's answers are written down for the replay driver. */
  recordPath?: string;
  /** Takes a device for as long as the macro is open. */
  holdDevice?: (device: string) => Disposable;
}

/**
 * Opens a driver's macro behind its guard. Every macro of a job comes from here.
 * @throws NAS_MACRO_CONTRACT where it does not say who it is, and what the driver throws
 */
export async function openDriver(
  driver: MacroDriver,
  request: OpenRequest,
  { recordPath, holdDevice }: OpenOptions = {},
): Promise<GuardedMacro> {
  const device = await driver.deviceKey?.(request);
  const held = device === undefined ? undefined : holdDevice?.(device);
  try {
    const macro = await identified(driver.id, await driver.open(request));
    const recorded = recordPath === undefined ? macro : await recording(macro, recordPath, request.simulation.seed);
    return new GuardedMacro(recorded, { log: request.context.log, held });
  } catch (error) {
    held?.[Symbol.dispose]();
    throw error;
  }
}

async function identified(driver: string, macro: Macro): Promise<Macro> {
  try {
    checkIdentity(driver, macro.identity);
    return macro;
  } catch (error) {
    // What does not even say who it is may not close either; that it does not say so is the fault.
    await Promise.resolve()
      .then(() => macro[Symbol.asyncDispose]())
      .catch(() => undefined);
    throw error;
  }
}

async function recording(macro: Macro, path: string, seed: number): Promise<Macro> {
  try {
    return new RecordingMacro(macro, path, seed);
  } catch (error) {
    await macro[Symbol.asyncDispose]();
    throw error;
  }
}
