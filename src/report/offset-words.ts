import { count, percent, percentDigits, significant } from "../base/format.js";
import { hasReadings, type OffsetCorrection } from "../record/offset-correction.js";

/** What was done about the ADCs' offsets, in a sentence or two. */
export function offsetsInWords({ subject, without }: OffsetCorrection): string {
  if (!hasReadings(subject)) return `The ADCs' offsets are not corrected: ${subject.absent}.`;
  const { rmsSteps, residualSteps, hidden } = subject;
  const shows = hidden === 0 ? "" : ` ${count(hidden)} of ${count(subject.adcs)} do not show and stay as they are.`;
  const left = `The subject's ADC offsets of ${significant(rmsSteps)} LSB (RMS), read with an input of zero, are taken out but for ${significant(residualSteps)} LSB.${shows}`;
  if (!without) return left;
  const digits = percentDigits(without.images);
  return `${left} Without it: ${percent(without.uncorrected.fraction, digits)} instead of ${percent(without.corrected.fraction, digits)} on the first ${count(without.images)} images.`;
}
