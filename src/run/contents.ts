import { statSync } from "node:fs";
import { resolve } from "node:path";
import { messageOf, NasError } from "../base/errors.js";
import { hashJson } from "../base/hash.js";
import { hashFile, hashFolder } from "../base/hash-files.js";
import { driverCode } from "../macro/driver-code.js";
import { loadDriver } from "../macro/load-driver.js";
import type { MacroContents, RunContents } from "../record/run-contents.js";
import type { RunInputs } from "./load.js";
import type { MacroChoice, RunConfiguration } from "./run-request.js";

/** The content hashes of all that decides a run's codes, as it lies there now. @throws NAS_MACRO_DRIVER_OPTIONS, what loadDriver throws */
export async function contentsOf(configuration: RunConfiguration, inputs: RunInputs): Promise<RunContents> {
  return {
    network: inputs.stored.hash,
    images: inputs.images.fingerprint,
    adcStepImages: inputs.calibration.fingerprint,
    seed: configuration.seed,
    ...(configuration.onSubject === undefined ? {} : { onSubject: configuration.onSubject }),
    ...(configuration.offsetCorrection && { offsetCorrection: true }),
    ...(configuration.population && { population: configuration.population }),
    subject: await macroContents(configuration.subject),
    reference: await macroContents(configuration.reference),
  };
}

/** What decides one macro's codes. @throws NAS_MACRO_DRIVER_OPTIONS where a file that its entry names cannot be read */
export async function macroContents(choice: MacroChoice): Promise<MacroContents> {
  const { id, optionRoles = {} } = await loadDriver(choice.driver, choice.configFolder);
  const deciding: Record<string, unknown> = {};
  const files: Record<string, string> = {};
  if (choice.calibration !== undefined) files.calibration = hashOf(choice, "calibration", choice.calibration);
  for (const [name, value] of Object.entries(choice.options)) {
    const role = Object.hasOwn(optionRoles, name) ? optionRoles[name] : undefined;
    if (role === "file" && typeof value === "string") files[name] = hashOf(choice, name, value);
    else if (role !== "neutral") deciding[name] = value;
  }
  return { driver: id, code: driverCode(choice.driver, choice.configFolder), options: hashJson(deciding), files };
}

function hashOf(choice: MacroChoice, name: string, path: string): string {
  const address = resolve(choice.configFolder, path);
  try {
    return statSync(address).isDirectory() ? hashFolder(address) : hashFile(address);
  } catch (error) {
    throw new NasError(
      "NAS_MACRO_DRIVER_OPTIONS",
      `macro "${choice.name}": its ${name} ${address} cannot be read: ${messageOf(error)}`,
      { hint: "correct the path in the config", context: { macro: choice.name, path: address }, cause: error },
    );
  }
}
