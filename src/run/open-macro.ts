import { join, resolve } from "node:path";
import { isNasError, messageOf, NasError } from "../base/errors.js";
import type { JobContext } from "../base/progress.js";
import { loadDriver } from "../macro/load-driver.js";
import type { GuardedMacro } from "../macro/guarded.js";
import type { Macro } from "../macro/macro.js";
import { openDriver } from "../macro/open-driver.js";
import type { MacroSummary } from "../record/run-document.js";
import { holdDevice } from "./device-lock.js";
import type { MacroChoice } from "./run-request.js";

/**
 * Opens a macro of the bench through its driver, behind its guard.
 * @param recordPath where its answers are written down for the replay driver
 * @throws NAS_MACRO_DRIVER_NOT_FOUND, NAS_MACRO_DRIVER_FAILED, NAS_MACRO_DRIVER_OPTIONS, NAS_MACRO_DEVICE_HELD, NAS_MACRO_REPLAY
 */
export async function openMacro(
  choice: MacroChoice,
  simulation: { seed: number; threads: number },
  context: JobContext,
  recordPath?: string,
): Promise<GuardedMacro> {
  const driver = await loadDriver(choice.driver, choice.configFolder).catch((error: unknown) => {
    throw isNasError(error, "NAS_MACRO_DRIVER_NOT_FOUND") ? atKey(error, "macros", choice.name, "driver") : error;
  });
  const request = {
    name: choice.name,
    options: choice.options,
    calibration: choice.calibration,
    resolve: (path: string) => resolve(choice.configFolder, path),
    context,
    simulation,
  };
  try {
    return await openDriver(driver, request, { recordPath, holdDevice });
  } catch (error) {
    if (isNasError(error, "NAS_MACRO_DRIVER_OPTIONS")) throw atOption(error, choice.name);
    if (isNasError(error)) throw error;
    throw new NasError(
      "NAS_MACRO_DRIVER_FAILED",
      `driver "${choice.driver}" could not open macro "${choice.name}": ${messageOf(error)}`,
      {
        hint: "see the driver's error; is the board connected and powered?",
        context: { macro: choice.name, driver: choice.driver },
        cause: error,
      },
    );
  }
}

/** A driver that refuses an option names it; what is wrong with a calibration stands in another file. */
function atOption(error: NasError, macro: string): NasError {
  const { option } = error.context;
  return typeof option === "string" ? atKey(error, "macros", macro, "options", option) : error;
}

/** The same error, which knows now what key of the config is at fault (config/in-config.ts). */
function atKey({ code, message, hint, context, cause }: NasError, ...configKey: string[]): NasError {
  return new NasError(code, message, { hint, context: { configKey, ...context }, cause });
}

/**
 * Whether a macro's driver can stand for other chips of its calibration.
 * @throws NAS_MACRO_DRIVER_OPTIONS where it cannot, and what loadDriver throws
 */
export async function assertDrawsChips(choice: MacroChoice): Promise<void> {
  const driver = await loadDriver(choice.driver, choice.configFolder);
  if (driver.drawsChips && choice.calibration !== undefined) return;
  const reason = driver.drawsChips
    ? "has no calibration to draw them from"
    : `is one piece, says driver "${driver.id}"`;
  throw new NasError("NAS_MACRO_DRIVER_OPTIONS", `macro "${choice.name}" stands for no other chips: it ${reason}`, {
    hint: "leave out --chips, or name a simulated subject with a calibration",
    context: { macro: choice.name, driver: choice.driver },
  });
}

/** Who a macro is, for the record. @throws NAS_MACRO_CONTRACT where it says so at a length that no table could show */
export function summarizeMacro(name: string, macro: Macro): MacroSummary {
  const { driver, kind, chipId, description, recorded } = macro.identity;
  for (const [what, text] of Object.entries({ driver, chipId, description })) {
    if (text.length <= longestIdentity) continue;
    throw new NasError("NAS_MACRO_CONTRACT", `macro "${name}" has a ${what} of ${text.length} characters`, {
      hint: `${longestIdentity} are the most: shorten it in the driver, or in the chip's file`,
      context: { macro: name, what, characters: text.length },
    });
  }
  return { name, driver, kind, chipId, description, ...(recorded === undefined ? {} : { recorded }) };
}

/** Characters of each part of a macro's identity. */
const longestIdentity = 1000;

/** The folder of a run's files. */
export function runFolderOf(storeFolder: string, runId: string): string {
  return join(storeFolder, runId);
}
