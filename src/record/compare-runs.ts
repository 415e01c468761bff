import { NasError } from "../base/errors.js";
import type {
  Accuracy,
  CodeComparison,
  Interval,
  MacroSummary,
  PairedDifference,
  RunDocument,
} from "./run-document.js";
import { independentDifference, pairedDifference } from "./statistics.js";

/** What two runs have in common and where they differ; differences are b − a. */
export interface RunComparison {
  a: RunLabel;
  b: RunLabel;
  /** Every fact that decides whether two figures may be held against each other, in reading order. */
  provenance: ProvenanceFact[];
  /** Whether both ran on the very same images. */
  sameImages: boolean;
  /** Whether the deterministic parts of both documents are equal, byte for byte. */
  sameResult: boolean;
  accuracies: AccuracyComparison[];
  /** b's subject minus a's subject, image by image; there where the predictions of both were given and the images are the same. */
  paired?: PairedDifference;
  layers: LayerComparison[];
  /** What a reader must know before believing the figures, one sentence each. */
  notes: string[];
}

export interface RunLabel {
  id: string;
  startedAt: string;
  images: number;
  subject: string;
  reference: string;
}

export interface ProvenanceFact {
  fact:
    | "network"
    | "data"
    | "selection"
    | "images"
    | "configuration"
    | "seed"
    | "subject"
    | "reference"
    | "nas4cim"
    | "node";
  same: boolean;
  a: string;
  b: string;
}

/** One accuracy of both runs. `difference` takes the samples as independent, wider than need be where the images are the same. */
export interface AccuracyComparison {
  of: "float" | "integer" | "reference" | "subject";
  a?: Accuracy;
  b?: Accuracy;
  difference?: { fraction: number; interval95: Interval };
}

/** The code error of one layer in both runs; absent where a run has no layer of this id. */
export interface LayerComparison {
  id: string;
  a?: LayerError;
  b?: LayerError;
}

export interface LayerError {
  rmseLsb: number;
  nmse: number;
  equalShare: number;
  clippedShare: CodeComparison["clippedShare"];
}

/** The subjects' predictions of both runs and the labels, [images] each, in the same order. */
export interface PredictionPair {
  labels: Uint8Array;
  a: Uint8Array;
  b: Uint8Array;
}

/**
 * Holds two runs against each other; any two may be compared, the notes say what the comparison is worth.
 * @throws NAS_RECORD_STORE where predictions are given that are not one for each image.
 */
export function compareRuns(a: RunDocument, b: RunDocument, predictions?: PredictionPair): RunComparison {
  const provenance = provenanceFacts(a, b);
  const sameImages = a.run.dataFingerprint === b.run.dataFingerprint;
  const paired = sameImages && predictions !== undefined ? pair(a.images, predictions) : undefined;
  return {
    a: labelOf(a),
    b: labelOf(b),
    provenance,
    sameImages,
    sameResult: a.run.resultHash === b.run.resultHash,
    accuracies: (["float", "integer", "reference", "subject"] as const).flatMap((of) =>
      compareAccuracy(of, a.accuracies[of], b.accuracies[of]),
    ),
    ...(paired === undefined ? {} : { paired }),
    layers: compareLayers(a, b),
    notes: notesOn(provenance, sameImages, paired !== undefined),
  };
}

function labelOf({ run, images }: RunDocument): RunLabel {
  return {
    id: run.id,
    startedAt: run.startedAt,
    images,
    subject: nameOf(run.subject),
    reference: nameOf(run.reference),
  };
}

function nameOf({ name, kind, chipId }: MacroSummary): string {
  return `${name} (${kind}, ${chipId})`;
}

function provenanceFacts(a: RunDocument, b: RunDocument): ProvenanceFact[] {
  const short = (hash: string): string => hash.slice(0, 12);
  const fact = (
    name: ProvenanceFact["fact"],
    of: (document: RunDocument) => string,
    shown: (document: RunDocument) => string = of,
  ): ProvenanceFact => ({ fact: name, same: of(a) === of(b), a: shown(a), b: shown(b) });
  const macro = ({ driver, kind, chipId }: MacroSummary): string => JSON.stringify([driver, kind, chipId]);
  return [
    fact(
      "network",
      ({ run }) => run.networkHash,
      ({ network, run }) => `${network.name} ${short(run.networkHash)}`,
    ),
    fact(
      "data",
      ({ run }) => run.dataFingerprint,
      ({ dataset, run }) => `${dataset.name} ${dataset.split} ${short(run.dataFingerprint)}`,
    ),
    fact("selection", ({ dataset }) => dataset.selection),
    fact("images", ({ images }) => String(images)),
    fact(
      "configuration",
      ({ run }) => run.configHash,
      ({ run }) => short(run.configHash),
    ),
    fact("seed", ({ run }) => String(run.seed)),
    fact(
      "subject",
      ({ run }) => macro(run.subject),
      ({ run }) => nameOf(run.subject),
    ),
    fact(
      "reference",
      ({ run }) => macro(run.reference),
      ({ run }) => nameOf(run.reference),
    ),
    fact("nas4cim", ({ run }) => run.versions.nas4cim),
    fact("node", ({ run }) => run.versions.node),
  ];
}

function compareAccuracy(of: AccuracyComparison["of"], a?: Accuracy, b?: Accuracy): AccuracyComparison[] {
  if (a === undefined && b === undefined) return [];
  if (a === undefined || b === undefined) return [{ of, ...(a === undefined ? { b } : { a }) }];
  return [{ of, a, b, difference: independentDifference(a, b) }];
}

function pair(images: number, { labels, a, b }: PredictionPair): PairedDifference {
  if (labels.length !== images || a.length !== images || b.length !== images) {
    throw new NasError(
      "NAS_RECORD_STORE",
      `${a.length} and ${b.length} predictions and ${labels.length} labels for ${images} images`,
      {
        hint: "the steps of these runs do not match their results: run them anew",
        context: { images, labels: labels.length, a: a.length, b: b.length },
      },
    );
  }
  const correct = (predictions: Uint8Array): Uint8Array =>
    predictions.map((each, image) => Number(each === labels[image]));
  return pairedDifference(correct(b), correct(a));
}

function compareLayers(a: RunDocument, b: RunDocument): LayerComparison[] {
  const ids = new Set([...a.layers, ...b.layers].map(({ id }) => id));
  return [...ids].map((id) => {
    const ofA = errorOf(a, id);
    const ofB = errorOf(b, id);
    return { id, ...(ofA === undefined ? {} : { a: ofA }), ...(ofB === undefined ? {} : { b: ofB }) };
  });
}

function errorOf(document: RunDocument, id: string): LayerError | undefined {
  const codes = document.layers.find((layer) => layer.id === id)?.codes;
  if (codes === undefined) return undefined;
  const { rmseLsb, nmse, equalShare, clippedShare } = codes;
  return { rmseLsb, nmse, equalShare, clippedShare };
}

function notesOn(provenance: ProvenanceFact[], sameImages: boolean, paired: boolean): string[] {
  const differs = (fact: ProvenanceFact["fact"]): boolean =>
    provenance.some((each) => each.fact === fact && !each.same);
  const notes: string[] = [];
  if (!sameImages) {
    notes.push(
      "The runs saw different images: their accuracies are not paired, and a difference may be the images' doing.",
    );
  } else if (!paired) {
    notes.push(
      "The runs saw the same images, but their predictions are not at hand: the intervals take the runs as independent samples and are wider than a paired comparison's.",
    );
  }
  if (differs("network")) notes.push("The networks differ: layers of one name need not be the same layer.");
  if (differs("reference")) notes.push("The references differ: code errors are measured against different things.");
  return notes;
}
