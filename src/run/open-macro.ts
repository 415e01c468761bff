import { join } from "node:path";
import { isNasError, messageOf, NasError } from "../base/errors.js";
import { resolve } from "node:path";
import type { JobContext } from "../base/progress.js";
import { loadDriver } from "../macro/load-driver.js";
import type { Macro } from "../macro/macro.js";
import type { MacroSummary } from "../record/run-document.js";
import type { MacroChoice } from "./run-request.js";

/** Opens a macro of the bench through its driver. @throws NAS_MACRO_DRIVER_NOT_FOUND, NAS_MACRO_DRIVER_FAILED, NAS_MACRO_DRIVER_OPTIONS */
export async function openMacro(
  choice: MacroChoice,
  seed: number,
  threads: number,
  context: JobContext,
): Promise<Macro> {
  const driver = await loadDriver(choice.driver, choice.configFolder);
  try {
    return await driver.open({
      name: choice.name,
      options: choice.options,
      calibration: choice.calibration,
      resolve: (path) => resolve(choice.configFolder, path),
      seed,
      threads,
      context,
    });
  } catch (error) {
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

/** Who a macro is, for the record. */
export function summarizeMacro(name: string, macro: Macro): MacroSummary {
  const { driver, kind, chipId, description } = macro.identity;
  return { name, driver, kind, chipId, description };
}

/** The folder of a run's files. */
export function runFolderOf(storeFolder: string, runId: string): string {
  return join(storeFolder, runId);
}
