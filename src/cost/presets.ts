import { readFileSync } from "node:fs";
import { messageOf, NasError } from "../base/errors.js";
import { nearestName } from "../base/nearest.js";
import { type Hardware, isaacUnit, readHardware } from "./hardware.js";
import { JsonFields } from "./json-fields.js";

/** Hardware by name. Each but the first is the ISAAC unit with one thing changed. */
export const hardwarePresets = {
  "isaac-unit": isaacUnit,
  "eight-adcs-per-array": { ...isaacUnit, name: "eight-adcs-per-array", adcsPerArray: 8 },
  "one-plane-eight-adcs": { ...isaacUnit, name: "one-plane-eight-adcs", arraysPerPe: 1, adcsPerArray: 8 },
  "isaac-unit-65nm-buffers": { ...isaacUnit, name: "isaac-unit-65nm-buffers", bufferTechnologyNm: 65 },
  "eight-4mw-adcs-per-array": { ...isaacUnit, name: "eight-4mw-adcs-per-array", adcsPerArray: 8, adc: "3" },
} as const satisfies Record<string, Hardware>;

export type HardwarePresetName = keyof typeof hardwarePresets;

/**
 * Hardware by the name of a preset, or from a JSON file of format "nas4cim-cost-hardware" whose members stand over those of
 * the preset that it "extends" (isaac-unit where it names none).
 * @throws NAS_COST_HARDWARE where the name is unknown, or the file cannot be read or breaks its format
 */
export function loadHardware(nameOrPath: string): Hardware {
  if (Object.hasOwn(hardwarePresets, nameOrPath)) return { ...hardwarePresets[nameOrPath as HardwarePresetName] };
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(nameOrPath, "utf8"));
  } catch (error) {
    const known = Object.keys(hardwarePresets);
    const nearest = nearestName(nameOrPath, known);
    throw new NasError("NAS_COST_HARDWARE", `hardware "${nameOrPath}" is no preset, and no file: ${messageOf(error)}`, {
      hint: nearest === undefined ? `presets: ${known.join(", ")}` : `did you mean "${nearest}"?`,
      context: { hardware: nameOrPath, known },
      cause: error,
    });
  }
  return parseHardware(raw, nameOrPath);
}

/** Reads the parsed content of a hardware file; `file` names it in errors. */
export function parseHardware(raw: unknown, file: string): Hardware {
  const hint = "correct the file; docs/cost-model.md lists the keys";
  const fields = new JsonFields({ file, code: "NAS_COST_HARDWARE", hint }, "", raw);
  fields.oneOf("format", ["nas4cim-cost-hardware"]);
  fields.oneOf("version", [1]);
  const names = Object.keys(hardwarePresets) as HardwarePresetName[];
  const base = hardwarePresets[fields.has("extends") ? fields.oneOf("extends", names) : "isaac-unit"];
  return readHardware(fields, { ...base, name: file });
}
