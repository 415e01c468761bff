import { count, percent, percentDigits, percentInterval, significant } from "../../base/format.js";
import { hasReadings, type NoReadings, type OffsetReadings } from "../../record/offset-correction.js";
import type { Accuracy, RunDocument } from "../../record/run-document.js";
import { type Html, html } from "../html.js";
import { figureTable, section } from "../parts.js";
import { offsetsInWords } from "../offset-words.js";

/** The correction of ADC offsets: what was read, what is left, and what the subject is without it. */
export function offsetsSection({ offsetCorrection }: RunDocument): { html: Html | undefined; figures: [] } {
  if (offsetCorrection === undefined) return { html: undefined, figures: [] };
  const { subject, reference, without } = offsetCorrection;
  const readings = figureTable(
    ["", "ADCs", "conversions each", "offset, RMS", "left, RMS", "hidden"],
    [rowOf("subject", subject), rowOf("reference", reference)],
  );
  const digits = percentDigits(without?.images ?? 0);
  const row = (name: string, { fraction, interval95, correct }: Accuracy) => [
    name,
    percent(fraction, digits),
    percentInterval(interval95, digits),
    count(correct),
  ];
  const rows = without && [row("corrected", without.corrected), row("uncorrected", without.uncorrected)];
  const content = html`${readings}
  ${rows && figureTable([`first ${count(without.images)} images`, "accuracy", "95 % interval", "correct"], rows)}`;
  return { html: section("offsets", "ADC offsets", offsetsInWords(offsetCorrection), content), figures: [] };
}

function rowOf(role: string, of: OffsetReadings | NoReadings): string[] {
  if (!hasReadings(of)) return [role, of.absent, "", "", "", ""];
  const { adcs, conversions, rmsSteps, residualSteps, hidden } = of;
  const left = `${significant(residualSteps)} LSB`;
  return [role, count(adcs), count(conversions), `${significant(rmsSteps)} LSB`, left, count(hidden)];
}
