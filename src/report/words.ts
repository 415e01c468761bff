import type { MacroSummary, PairedDifference, RunDocument } from "../record/run-document.js";
import type { StoredTraining } from "../record/training.js";
import { count, counted, percentDigits, pointsInterval, points, pValue } from "../base/format.js";

/** What a macro is, wherever it is named. That something is silicon is what its driver says. */
export function kindInWords({ kind, recorded }: Pick<MacroSummary, "kind" | "recorded">): string {
  switch (kind) {
    case "virtual":
      return "simulated";
    case "silicon":
      return "silicon, says its driver";
    case "recording":
      return recorded === undefined
        ? "recording"
        : `recording of ${recorded.kind === "virtual" ? "a simulation" : "silicon, says its driver"}`;
  }
}

/** Which images, in words: "all 10,000 test images", "1,000 of 10,000 test images (first 1000)". */
export function imagesInWords({ images, dataset }: RunDocument): string {
  if (images === dataset.officialCount) return `all ${counted(images, `${dataset.split} image`)}`;
  return `${count(images)} of ${counted(dataset.officialCount, `${dataset.split} image`)} (${dataset.selection})`;
}

/** What a reader must know about who answered before believing a figure. */
export function honestyNote({ subject, reference }: RunDocument["run"]): string {
  if (subject.kind === "silicon") {
    return `That the subject is silicon is what its driver ${subject.driver} says; nas4cim cannot check it.`;
  }
  if (subject.kind === "recording") return recordingNote(subject);
  return reference.kind === "virtual"
    ? "Both macros are simulated. None of these figures was measured on silicon."
    : "The subject is simulated: its figures were not measured on silicon.";
}

function recordingNote({ chipId, recorded }: MacroSummary): string {
  const played = `The subject is a recording: the answers of ${chipId} were played back`;
  if (recorded === undefined) return `${played}, and it does not tell whether that was silicon.`;
  if (recorded.kind === "virtual")
    return `${played}, which was simulated. None of its figures was measured on silicon.`;
  return `${played}. That this was silicon is what its driver ${recorded.driver} said then; nas4cim cannot check it.`;
}

/** That a figure is of one chip; undefined where the run tells of more, or no chip differs from another. */
export function oneChipNote({ run, population }: RunDocument): string | undefined {
  const { kind, chipId } = run.subject;
  if (population !== undefined || chipId === "ideal") return undefined;
  const more =
    kind === "virtual"
      ? "of the same calibration may differ by points (--chips 8 tells by how many)"
      : "may differ by points";
  return `The subject is one chip, ${chipId}, written once: another ${more}.`;
}

/** p values below which a difference counts as shown. */
const shown = 0.05;

/** The paired difference as a headline: who is right more often, and whether that is more than chance. */
export function differenceHeadline(difference: PairedDifference, images: number): string {
  const { subjectOnly, referenceOnly, mcnemarP } = difference;
  if (subjectOnly + referenceOnly === 0) return "Subject and reference are right on the very same images.";
  if (mcnemarP >= shown) return "No difference in accuracy between subject and reference is shown.";
  const digits = percentDigits(images);
  const size = points(Math.abs(difference.fraction), digits).replace("+", "");
  return `The subject is ${size} points ${difference.fraction < 0 ? "less" : "more"} accurate than the reference.`;
}

/** The same in a sentence or two, with the counts behind it. */
export function differenceInWords(difference: PairedDifference, images: number): string {
  const { subjectOnly, referenceOnly, mcnemarP, mcnemarMethod, interval95 } = difference;
  const interval = pointsInterval(interval95, percentDigits(images));
  const method = mcnemarMethod === "exact" ? "exact binomial" : "chi-square with continuity correction";
  if (subjectOnly + referenceOnly === 0) {
    return `Not one of ${counted(images, "image")} tells them apart. The data allow a true difference of ${interval} points (95 %).`;
  }
  const counts = `The subject alone is right on ${counted(subjectOnly, "image")}, the reference alone on ${count(referenceOnly)}.`;
  const chance =
    mcnemarP < shown
      ? `Were both equally good, so uneven a split would come up by chance with probability ${pValue(mcnemarP).replace("<", "below")}`
      : `Were both equally good, a split at least this uneven would come up by chance with probability ${pValue(mcnemarP).replace("<", "below")}`;
  return `${counts} ${chance} (McNemar's test, ${method}). The data allow a true difference of ${interval} points (95 %).`;
}

/** How far a training is, as a sentence. */
export function progressInWords({ status, epochsDone, phases }: StoredTraining): string {
  const planned = phases.reduce((sum, { epochs }) => sum + epochs, 0);
  const far = `${count(epochsDone)} of ${counted(planned, "epoch")}`;
  switch (status) {
    case "running":
      return `Under way: ${far} so far.`;
    case "interrupted":
      return `Interrupted after ${far}; --resume goes on.`;
    case "diverged":
      return `Diverged after ${far}: the loss became no number.`;
    case "failed":
      return `Failed after ${far}.`;
    case "done":
      return `Done: ${counted(planned, "epoch")}.`;
  }
}

/** A word of a command line, quoted for a POSIX shell where it must be. */
export function shellQuoted(text: string): string {
  return /^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Which layers ran on the subject, where not all did. */
export function hybridInWords(layers: readonly string[]): string {
  return `${layers.length === 0 ? "no layer" : layers.join(", ")}; all other layers ran on the reference`;
}
