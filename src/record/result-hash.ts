import { hashJson } from "../base/hash.js";
import { hasReadings, type OffsetCorrection } from "./offset-correction.js";
import type { CodeComparison, HardwareUse, LayerResult, MacroSummary, RunDocument, TileUse } from "./run-document.js";
import { jobHashOf } from "./run-contents.js";

/**
 * The hash of a run's result: of what it worked on and of what came out, as whole numbers and quotients of whole numbers.
 * No path, name, version, limit, time or cost is in it, nor any statistic that follows from the counts; so the same job has
 * the same hash on any machine and in any folder.
 */
export function resultHashOf(document: RunDocument): string {
  if (document.version === 1) return resultHashOfVersion1(document);
  const { run, predictionHashes } = document;
  return hashJson({
    format: "nas4cim-result",
    version: 2,
    job: run.contents === undefined ? undefined : jobHashOf(run.contents),
    macros: { subject: whoAnswered(run.subject), reference: whoAnswered(run.reference) },
    predictions: predictionHashes,
    outcome: outcomeHashOf(document),
  });
}

/** The hash of what came out alone, as counts: also of documents that do not tell from what. */
export function outcomeHashOf(document: RunDocument): string {
  const { images, accuracies, difference, agreement, confusion, layers, hardware, tiles } = document;
  const { offsetCorrection, population } = document;
  return hashJson({
    images,
    correct: {
      integer: accuracies.integer.correct,
      reference: accuracies.reference.correct,
      subject: accuracies.subject.correct,
      subjectOnly: difference.subjectOnly,
      referenceOnly: difference.referenceOnly,
    },
    offsets: offsetCorrection && offsetsOf(offsetCorrection),
    chips: population?.byChip.map(({ chipId, correct, predictionHashes }) => ({ chipId, correct, predictionHashes })),
    agreement: agreement.share,
    confusion: { subject: confusion.subject, reference: confusion.reference },
    layers: layers.map(outcomeOf),
    hardware: geometryOf(hardware),
    tiles: tiles.map(placeOf),
  });
}

/** What was read, as counts, and what the subject got right without its correction. */
function offsetsOf({ subject, reference, without }: OffsetCorrection): object {
  const codes = (of: OffsetCorrection["subject"]) =>
    hasReadings(of)
      ? of.tiles.map(({ tile, adcStepLevels, codeSums }) => ({ tile, adcStepLevels, codeSums }))
      : undefined;
  return { subject: codes(subject), reference: codes(reference), uncorrected: without?.uncorrected.correct };
}

function whoAnswered({ kind, chipId }: MacroSummary): Pick<MacroSummary, "kind" | "chipId"> {
  return { kind, chipId };
}

// Each field by name: what a later version adds to a document must not move the hash of the same result.

function outcomeOf(layer: LayerResult): object {
  const { id, op, rows, outputs, slices, tiles, inputBits, weightBits, cells } = layer;
  const { adcConversionsPerImage, adcStepLevels, codes, clippedShare } = layer;
  const shape = { id, op, rows, outputs, slices, tiles, inputBits, weightBits, cells };
  return { ...shape, adcConversionsPerImage, adcStepLevels, codes: codesOf(codes), clippedShare };
}

function codesOf(comparison: CodeComparison): object {
  const { images, codes, rmseLsb, meanErrorLsb, maxAbsErrorLsb, nmse, equalShare } = comparison;
  const { clippedShare, errorHistogram, scatter } = comparison;
  const errors = { images, codes, rmseLsb, meanErrorLsb, maxAbsErrorLsb, nmse, equalShare };
  return { ...errors, clippedShare, errorHistogram, scatter };
}

function geometryOf({ arrayRows, arrayColumns, arraysAvailable, adcBits, cellBits }: HardwareUse): object {
  return { arrayRows, arrayColumns, arraysAvailable, adcBits, cellBits };
}

function placeOf({ tile, layer, round, array, rows, columns, cellsOutOfTolerance }: TileUse): object {
  return { tile, layer, round, array, rows, columns, cellsOutOfTolerance };
}

/** As nas4cim wrote it into documents of version 1: all of them but time, place and machine. */
function resultHashOfVersion1(document: RunDocument): string {
  const { run, dataset, timing: _timing, ...rest } = document;
  const { id: _id, startedAt: _startedAt, host: _host, resultHash: _hash, ...identity } = run;
  return hashJson({
    ...rest,
    dataset: { ...dataset, location: undefined },
    run: { ...identity, versions: { nas4cim: identity.versions.nas4cim } },
  });
}
