import { readFileSync } from "node:fs";
import { NasError, messageOf } from "../base/errors.js";
import { nearestName } from "../base/nearest.js";
import { type EffectKeys, effects } from "./effects/all-effects.js";
import { type ChipKey, complaintAbout, shown } from "./effects/chip-key.js";

/**
 * What distinguishes one chip from an ideal one, as a calibration would find it. A file of this form is
 * calibration/<chip>/<date>/chip.json. One level is one step between neighbouring conductance states of a cell. The sizes
 * of its imperfections are the keys of the effects (effects/all-effects.ts); what it leaves out, it does not have.
 */
export type ChipCharacter = ChipFacts & EffectKeys;

export interface ChipFacts {
  format: "nas4cim-chip";
  version: 1;
  chipId: string;
  /** Where the numbers come from, for a person. */
  source: string;
  /** Keys this chip's own defects: which cells are stuck, each column's ADC offset and gain. */
  chipSeed: number;
}

/** The chip that simulation promises: every cell at its target, every ADC exact, no noise. */
export function idealCharacter(): ChipCharacter {
  return { format: "nas4cim-chip", version: 1, chipId: "ideal", source: "by definition", chipSeed: 0 };
}

/** The keys of all effects by name. */
export const effectKeys: ReadonlyMap<string, ChipKey> = new Map(effects.flatMap(({ keys }) => Object.entries(keys)));

/**
 * Reads a chip.json strictly.
 * @throws NAS_MACRO_DRIVER_OPTIONS where the file is missing, no JSON, or has a value that no chip can have.
 */
export function readChipCharacter(path: string, cellBits: number): ChipCharacter {
  const fail = (message: string, hint: string, context: Record<string, unknown> = {}): never => {
    throw new NasError("NAS_MACRO_DRIVER_OPTIONS", `calibration ${path}: ${message}`, {
      hint,
      context: { path, ...context },
    });
  };
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    fail(`cannot be read: ${messageOf(error)}`, "give the path of a chip.json, relative to the config file");
  }
  if (raw === null || typeof raw !== "object") fail("is no JSON object", "see calibration/ for an example");
  const chip = raw as ChipCharacter & Record<string, unknown>;
  const known = [...Object.keys(idealCharacter()), ...effectKeys.keys()];
  for (const key of Object.keys(chip)) {
    if (known.includes(key)) continue;
    const nearest = nearestName(key, known);
    fail(`unknown key "${key}"`, nearest ? `did you mean "${nearest}"?` : `known keys: ${known.join(", ")}`, { key });
  }
  if (chip.format !== "nas4cim-chip" || chip.version !== 1)
    fail(`is format ${shown(chip.format)} version ${shown(chip.version)}`, 'wanted: format "nas4cim-chip", version 1');
  for (const key of ["chipId", "source"] as const)
    if (typeof chip[key] !== "string") fail(`"${key}" is missing`, "give a string", { key });
  if (!Number.isSafeInteger(chip.chipSeed) || chip.chipSeed < 0)
    fail(`"chipSeed" is ${shown(chip.chipSeed)}`, "give a whole number ≥ 0");
  for (const [key, wanted] of effectKeys) {
    const complaint = complaintAbout(key, chip[key], wanted, cellBits);
    if (complaint) fail(complaint.message, complaint.hint, { key });
  }
  for (const effect of effects) {
    const complaint = "check" in effect ? effect.check?.(chip) : undefined;
    if (complaint) fail(complaint.message, complaint.hint);
  }
  return chip;
}
