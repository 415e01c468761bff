import type { LabelledImages } from "../data/labelled-images.js";
import type { NoReadings, OffsetCorrection, OffsetReadings } from "../record/offset-correction.js";
import { accuracyOf, pairedDifference } from "../record/statistics.js";
import { darkConversions, type DarkRead, offsetsOf, residualSteps } from "./dark-read.js";

/** What was read of both macros' ADC offsets, and what the subject's accuracy is without the correction. */
export function describeOffsets(
  darkReads: Record<"subject" | "reference", readonly DarkRead[]>,
  images: LabelledImages,
  predictions: { subject: Uint8Array; uncorrected?: Uint8Array },
): OffsetCorrection {
  return {
    subject: describeReads(darkReads.subject),
    reference: describeReads(darkReads.reference),
    ...(predictions.uncorrected && { without: compare(images, predictions.subject, predictions.uncorrected) }),
  };
}

function describeReads(reads: readonly DarkRead[]): OffsetReadings | NoReadings {
  const readings = reads.flatMap((read) => ("absent" in read ? [] : read.tiles));
  for (const read of reads) if ("absent" in read) return read;
  const offsets = readings.flatMap((reading) => [...offsetsOf(reading)]);
  const square = offsets.reduce((sum, offset) => sum + offset ** 2, 0);
  return {
    conversions: darkConversions,
    rmsSteps: Math.sqrt(square / offsets.length),
    residualSteps: residualSteps(readings),
    hidden: readings.reduce((sum, { hidden }) => sum + hidden.length, 0),
    adcs: offsets.length,
    tiles: readings.map(({ tile, adcStepLevels, codeSums }) => ({ tile, adcStepLevels, codeSums })),
  };
}

function compare(images: LabelledImages, subject: Uint8Array, uncorrected: Uint8Array): OffsetCorrection["without"] {
  const flags = (predictions: Uint8Array) =>
    Uint8Array.from(uncorrected, (_, image) => Number(predictions[image] === images.labels[image]));
  const [without, corrected] = [flags(uncorrected), flags(subject)];
  const accuracy = (of: Uint8Array) =>
    accuracyOf(
      of.reduce((sum, flag) => sum + flag, 0),
      of.length,
    );
  return {
    images: uncorrected.length,
    uncorrected: accuracy(without),
    corrected: accuracy(corrected),
    difference: pairedDifference(corrected, without),
  };
}
