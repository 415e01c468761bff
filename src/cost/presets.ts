import { existsSync } from "node:fs";
import { NasError } from "../base/errors.js";
import { nearestName } from "../base/nearest.js";
import { checkJson, everyFault, type JsonFormat, type Located, readJson } from "../base/schema/json-format.js";
import { z } from "../base/schema/zod.js";
import { converterFault, type Hardware, hardwareChanges, isaacUnit } from "./hardware.js";

/** Hardware by name. Each but the first is the ISAAC unit with one thing changed. */
export const hardwarePresets = {
  "isaac-unit": isaacUnit,
  "eight-adcs-per-array": { ...isaacUnit, name: "eight-adcs-per-array", adcsPerArray: 8 },
  "one-plane-eight-adcs": { ...isaacUnit, name: "one-plane-eight-adcs", arraysPerPe: 1, adcsPerArray: 8 },
  "isaac-unit-65nm-buffers": { ...isaacUnit, name: "isaac-unit-65nm-buffers", bufferTechnologyNm: 65 },
  "eight-4mw-adcs-per-array": { ...isaacUnit, name: "eight-4mw-adcs-per-array", adcsPerArray: 8, adc: "3" },
} as const satisfies Record<string, Hardware>;

export type HardwarePresetName = keyof typeof hardwarePresets;

const presetNames = Object.keys(hardwarePresets) as HardwarePresetName[];

const hardwareFile = z.strictObject({
  format: z.literal("nas4cim-cost-hardware"),
  version: z.literal(1),
  extends: z.enum(presetNames).default("isaac-unit").describe("Preset whose members hold where this file gives none."),
  ...hardwareChanges.shape,
});

type HardwareFile = z.output<typeof hardwareFile>;

export const hardwareFormat: JsonFormat<HardwareFile> = {
  name: "hardware file",
  schema: hardwareFile,
  codes: everyFault("NAS_COST_HARDWARE"),
  hints: {
    unreadable: `give one of ${presetNames.join(", ")}, or the path of a hardware file`,
    invalid: "correct them; docs/formats/hardware.md lists the keys",
  },
};

/**
 * Hardware by the name of a preset, or from a JSON file of format "nas4cim-cost-hardware" whose members stand over those of
 * the preset that it "extends" (isaac-unit where it names none).
 * @throws NAS_COST_HARDWARE where the name is unknown, or the file cannot be read or breaks its format
 */
export function loadHardware(nameOrPath: string): Hardware {
  if (Object.hasOwn(hardwarePresets, nameOrPath)) return { ...hardwarePresets[nameOrPath as HardwarePresetName] };
  const nearest = nearestName(nameOrPath, presetNames);
  if (nearest !== undefined && !existsSync(nameOrPath)) {
    throw new NasError("NAS_COST_HARDWARE", `hardware "${nameOrPath}" is no preset, and no file`, {
      hint: `did you mean "${nearest}"?`,
      context: { hardware: nameOrPath, known: presetNames },
    });
  }
  return overPreset(readJson(hardwareFormat, nameOrPath), nameOrPath);
}

/** Reads the parsed content of a hardware file; `file` names it in errors. */
export function parseHardware(raw: unknown, file: string): Hardware {
  return overPreset(checkJson(hardwareFormat, raw, file), file);
}

function overPreset({ value, fail }: Located<HardwareFile>, file: string): Hardware {
  const { format: _format, version: _version, extends: preset, ...changes } = value;
  const hardware = { ...hardwarePresets[preset], name: file, ...changes };
  const fault = converterFault(hardware);
  if (fault !== undefined) fail([fault.key], fault.message, { hint: "give an array at most one converter a line" });
  return hardware;
}
