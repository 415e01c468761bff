import { readFileSync } from "node:fs";
import { NasError, messageOf } from "../base/errors.js";
import { nearestName } from "../base/nearest.js";

/**
 * What distinguishes one chip from an ideal one, as a calibration would find it. A file of this form is
 * calibration/<chip>/<date>/chip.json. One level is one step between neighbouring conductance states of a cell.
 */
export interface ChipCharacter {
  format: "nas4cim-chip";
  version: 1;
  chipId: string;
  /** Where the numbers come from, for a person. */
  source: string;
  /** Keys this chip's own defects: which cells are stuck, each column's ADC offset and gain. */
  chipSeed: number;
  /** Standard deviation of a cell's conductance around its target after write-verify, in levels, for each target level. */
  programmingSigmaLevels: number[];
  /** Share of cells that stay at level 0, and at the highest level, whatever is written. */
  stuckLowShare: number;
  stuckHighShare: number;
  /** Standard deviation over the bit lines of the ADC's offset, in ADC steps, and of its relative gain error. */
  adcOffsetSigmaSteps: number;
  adcGainSigma: number;
  /** Standard deviation of the noise of one conversion at the ADC's input, in levels; drawn anew at each read. */
  readNoiseSigmaLevels: number;
}

/** The chip that simulation promises: every cell at its target, every ADC exact, no noise. */
export function idealCharacter(cellBits: number): ChipCharacter {
  return {
    format: "nas4cim-chip",
    version: 1,
    chipId: "ideal",
    source: "by definition",
    chipSeed: 0,
    programmingSigmaLevels: new Array<number>(2 ** cellBits).fill(0),
    stuckLowShare: 0,
    stuckHighShare: 0,
    adcOffsetSigmaSteps: 0,
    adcGainSigma: 0,
    readNoiseSigmaLevels: 0,
  };
}

const shareKeys = ["stuckLowShare", "stuckHighShare"] as const;
const sigmaKeys = ["adcOffsetSigmaSteps", "adcGainSigma", "readNoiseSigmaLevels"] as const;

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
  const known = Object.keys(idealCharacter(cellBits));
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
  for (const key of [...shareKeys, ...sigmaKeys]) {
    const value: unknown = chip[key];
    const isShare = shareKeys.some((share) => share === key);
    if (!isMagnitude(value) || (isShare && value > 1))
      fail(`"${key}" is ${shown(value)}`, isShare ? "give a share from 0 to 1" : "give a number ≥ 0", { key });
  }
  if (chip.stuckLowShare + chip.stuckHighShare > 1)
    fail("its stuck cells are more than all cells", "stuckLowShare and stuckHighShare add to 1 at most");
  const levels = 2 ** cellBits;
  const sigmas: unknown = chip.programmingSigmaLevels;
  if (!Array.isArray(sigmas) || sigmas.length !== levels || !sigmas.every(isMagnitude)) {
    fail(
      `"programmingSigmaLevels" must have ${levels} numbers ≥ 0, one a level of a ${cellBits}-bit cell`,
      "measure or copy one per level",
    );
  }
  return chip;
}

/** JSON knows no infinity, but 1e999 reads as one. */
function isMagnitude(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value < Infinity;
}

function shown(value: unknown): string {
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}
