import { NasError } from "../base/errors.js";
import type { MacroSpec } from "../macro/macro.js";

/**
 * The spec that two macros both meet, so that one placement serves both: the smaller of every capacity. What shapes the
 * codes themselves must be equal, else comparing them would mean nothing.
 * @throws NAS_MAPPING_IMPOSSIBLE naming the first property in which they differ
 */
export function commonSpec(subject: MacroSpec, reference: MacroSpec): MacroSpec {
  for (const key of ["differential", "cellBits", "adcBits"] as const) {
    if (subject[key] === reference[key]) continue;
    throw new NasError(
      "NAS_MAPPING_IMPOSSIBLE",
      `subject and reference cannot share a placement: ${key} is ${subject[key]} and ${reference[key]}`,
      {
        hint: `give the reference in bench.config.json the subject's ${key}`,
        context: { property: key, subject: subject[key], reference: reference[key] },
      },
    );
  }
  const adcStepLevels = subject.adcStepLevels.filter((levels) => reference.adcStepLevels.includes(levels));
  if (adcStepLevels.length === 0) {
    throw new NasError("NAS_MAPPING_IMPOSSIBLE", "subject and reference have no ADC step in common", {
      hint: "give the reference the subject's ADC steps",
      context: { subject: subject.adcStepLevels, reference: reference.adcStepLevels },
    });
  }
  const least = (key: "arrayRows" | "arrayColumns" | "arrays" | "inputBits" | "maxVectors") =>
    Math.min(subject[key], reference[key]);
  return {
    ...subject,
    arrayRows: least("arrayRows"),
    arrayColumns: least("arrayColumns"),
    arrays: least("arrays"),
    inputBits: least("inputBits"),
    maxVectors: least("maxVectors"),
    shiftAdd: subject.shiftAdd && reference.shiftAdd,
    adcStepLevels,
  };
}
