import { NasError } from "../base/errors.js";
import type {
  Accuracy,
  CodeComparison,
  Interval,
  MacroSummary,
  PairedDifference,
  RunDocument,
} from "./run-document.js";
import { namedContents } from "./run-contents.js";
import { independentDifference, pairedDifference } from "./statistics.js";

/** What two runs have in common and where they differ; differences are b − a. */
export interface RunComparison {
  a: RunLabel;
  b: RunLabel;
  /** Every fact that decides whether two figures may be held against each other, in reading order. */
  provenance: ProvenanceFact[];
  /** Whether both ran on the very same images. */
  sameImages: boolean;
  /** Images that both took, where that is known: the pairs are made on them. */
  commonImages?: number;
  /** Whether both documents have the same result hash. */
  sameResult: boolean;
  accuracies: AccuracyComparison[];
  /** b's subject minus a's subject, image by image, on the images that both took; there where their predictions were given. */
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
  /** What it is, in words: "network", "seed", "subject's calibration". */
  fact: string;
  same: boolean;
  a: string;
  b: string;
}

/**
 * One accuracy of both runs, each on its own images. `difference` is paired, on the images that both took, where their
 * predictions were given; else it takes the samples as independent, which is wider than need be where the images are the same.
 */
export interface AccuracyComparison {
  of: "float" | "integer" | "reference" | "subject";
  a?: Accuracy;
  b?: Accuracy;
  difference?: { fraction: number; interval95: Interval; isPaired: boolean };
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

/** What both runs predicted on the images that both took, and the labels: [common images] each, in the same order. */
export interface PredictionPair extends Record<PairedRole, { a: Uint8Array; b: Uint8Array }> {
  labels: Uint8Array;
}

type PairedRole = "integer" | "reference" | "subject";

/**
 * Holds two runs against each other; any two may be compared, the notes say what the comparison is worth.
 * @throws NAS_RECORD_STORE where predictions are given that are not one for each label.
 */
export function compareRuns(a: RunDocument, b: RunDocument, predictions?: PredictionPair): RunComparison {
  const provenance = provenanceFacts(a, b);
  const sameImages = a.run.dataFingerprint === b.run.dataFingerprint;
  const pairs = predictions === undefined ? undefined : pairsOf(predictions);
  const common = predictions?.labels.length;
  return {
    a: labelOf(a),
    b: labelOf(b),
    provenance,
    sameImages,
    ...(common === undefined ? {} : { commonImages: common }),
    sameResult: a.run.resultHash === b.run.resultHash,
    accuracies: (["float", "integer", "reference", "subject"] as const).flatMap((of) =>
      compareAccuracy(of, a.accuracies[of], b.accuracies[of], of === "float" ? undefined : pairs?.[of]),
    ),
    ...(pairs === undefined ? {} : { paired: pairs.subject }),
    layers: compareLayers(a, b),
    notes: notesOn(provenance, sameImages, common === undefined ? undefined : { common, a: a.images, b: b.images }),
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
      "job",
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
    ...contentFacts(a, b),
    fact("nas4cim", ({ run }) => run.versions.nas4cim),
    fact("node", ({ run }) => run.versions.node),
  ];
}

/** What decided the codes of both, by content, as far as the facts before do not say it; a document of version 1 tells none of it. */
function contentFacts(a: RunDocument, b: RunDocument): ProvenanceFact[] {
  if (a.run.contents === undefined || b.run.contents === undefined) return [];
  const [ofA, ofB] = [namedContents(a.run.contents), namedContents(b.run.contents)];
  const said = ["network", "images", "seed"];
  const shown = (text = "–"): string => (/^[0-9a-f]{64}$/.test(text) ? text.slice(0, 12) : text);
  return [...new Set([...ofA.keys(), ...ofB.keys()])]
    .filter((name) => !said.includes(name))
    .map((name) => ({
      fact: name,
      same: ofA.get(name) === ofB.get(name),
      a: shown(ofA.get(name)),
      b: shown(ofB.get(name)),
    }));
}

function compareAccuracy(
  of: AccuracyComparison["of"],
  a: Accuracy | undefined,
  b: Accuracy | undefined,
  paired: PairedDifference | undefined,
): AccuracyComparison[] {
  if (a === undefined && b === undefined) return [];
  if (a === undefined || b === undefined) return [{ of, ...(a === undefined ? { b } : { a }) }];
  const { fraction, interval95 } = paired ?? independentDifference(a, b);
  return [{ of, a, b, difference: { fraction, interval95, isPaired: paired !== undefined } }];
}

/** b − a for each role, image by image. */
function pairsOf(predictions: PredictionPair): Record<PairedRole, PairedDifference> {
  const { labels } = predictions;
  const pair = (role: PairedRole): PairedDifference => {
    const { a, b } = predictions[role];
    if (a.length !== labels.length || b.length !== labels.length) {
      throw new NasError(
        "NAS_RECORD_STORE",
        `${a.length} and ${b.length} predictions of the ${role} for ${labels.length} labels`,
        {
          hint: "the steps of these runs do not match their results: run them anew",
          context: { role, labels: labels.length, a: a.length, b: b.length },
        },
      );
    }
    const correct = (of: Uint8Array): Uint8Array => of.map((each, image) => Number(each === labels[image]));
    return pairedDifference(correct(b), correct(a));
  };
  return { integer: pair("integer"), reference: pair("reference"), subject: pair("subject") };
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

function notesOn(
  provenance: ProvenanceFact[],
  sameImages: boolean,
  paired: { common: number; a: number; b: number } | undefined,
): string[] {
  const differs = (fact: string): boolean => provenance.some((each) => each.fact === fact && !each.same);
  const notes: string[] = [];
  if (paired === undefined) {
    notes.push(
      sameImages
        ? "The runs saw the same images, but their predictions are not at hand: the intervals take the runs as independent samples and are wider than a paired comparison's."
        : "The runs are not known to have an image in common: their accuracies are not paired, and a difference may be the images' doing.",
    );
  } else if (paired.common < paired.a || paired.common < paired.b) {
    notes.push(
      `The differences are of the ${paired.common} images that both runs took; the accuracies beside them are of the ${paired.a} and ${paired.b} of each.`,
    );
  }
  if (differs("network")) notes.push("The networks differ: layers of one name need not be the same layer.");
  if (differs("reference")) notes.push("The references differ: code errors are measured against different things.");
  return notes;
}
