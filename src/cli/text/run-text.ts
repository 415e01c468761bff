import { printable } from "../../base/printable.js";
import type { AccuracyComparison, LayerError, RunComparison } from "../../record/compare-runs.js";
import type { Measurement } from "../../record/measurement.js";
import { publishedVerdict } from "../../record/published-results.js";
import type { Accuracy, MacroSummary, RunDocument } from "../../record/run-document.js";
import type { StoredRun } from "../../store/stored-run.js";
import {
  count,
  counted,
  duration,
  moment,
  percent,
  percentDigits,
  percentInterval,
  points,
  pointsInterval,
  pValue,
  roughCount,
  significant,
} from "../../base/format.js";
import { type Align, textTable } from "./text-table.js";
import { offsetsInWords } from "../../report/offset-words.js";
import { populationInWords, varianceShares } from "../../report/population-words.js";
import {
  differenceHeadline,
  differenceInWords,
  honestyNote,
  hybridInWords,
  imagesInWords,
  kindInWords,
  oneChipNote,
} from "../../report/words.js";

const accuracyNames = ["float", "integer", "reference", "subject"] as const;

/** One run for a terminal: what ran on what, the accuracies, the difference, the layers, the limits. Plain text, no colours. */
export function runSummary(document: RunDocument, measurements: readonly Measurement[] = []): string {
  const { run, dataset, network, offsetCorrection } = document;
  const note = honestyNote(run);
  const head = printableTable([
    ["run", `${run.id}, started ${moment(run.startedAt)}`],
    ["network", `${network.name}, ${roughCount(network.parameters)} parameters, ${roughCount(network.macs)} MACs`],
    ["images", `${dataset.name}, ${imagesInWords(document)}`],
    ["subject", macroInWords(run.subject)],
    ["reference", macroInWords(run.reference)],
    ...(run.contents?.onSubject === undefined ? [] : [["on the subject", hybridInWords(run.contents.onSubject)]]),
    ["seed", String(run.seed)],
  ]);
  const parts = [
    head,
    [note, oneChipNote(document), dataset.caveat]
      .flatMap((text) => (text === undefined ? [] : [`note: ${printable(text)}`]))
      .join("\n"),
    accuracyTable(document),
    populationLines(document),
    offsetCorrection ? offsetsInWords(offsetCorrection) : "",
    [
      differenceHeadline(document.difference, document.images),
      differenceInWords(document.difference, document.images),
    ].join("\n"),
    agreementLine(document),
    layerTable(document),
    limitsTable(measurements),
    [hardwareLine(document), costLine(document)].filter((line) => line !== "").join("\n"),
    timeLines(document),
    resultLine(document),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** The result's hash; where the same job is published, how it stands to that. */
function resultLine(document: RunDocument): string {
  const verdict = publishedVerdict(document);
  const hash = `result ${document.run.resultHash}`;
  if (verdict === undefined) return hash;
  const { isSame, published } = verdict;
  if (isSame) return `${hash}\n       as published for this job on ${published.images}`;
  return `${hash}\n       NOT as published for this job on ${published.images}: ${published.result}`;
}

/** The subject's chips: mean, spread, worst, and where the variance comes from. */
function populationLines({ population, images }: RunDocument): string {
  if (population === undefined) return "";
  const { chips, writings } = population;
  const rows = varianceShares(population).map(({ name, text }) => [name, text]);
  return [
    `${counted(chips, "chip")} of the subject's calibration, each written ${counted(writings, "time")}. ${populationInWords(population, images)}`,
    "One writing's accuracy scatters",
    textTable(rows.map(([name, text]) => [`  ${name}`, text])),
  ].join("\n");
}

/** Runs one a line, in the order given. */
export function runsTable(runs: readonly StoredRun[]): string {
  if (runs.length === 0) return "no runs yet";
  const rows = runs.map(({ id, status, startedAt, subject, reference, headline, failure, tags }) => [
    id,
    status,
    moment(startedAt),
    subject.kind === undefined ? subject.name : `${subject.name} (${kindInWords({ ...subject, kind: subject.kind })})`,
    reference.name,
    ...(headline === undefined
      ? ["", "", "", "", failure?.message ?? failure?.code ?? ""]
      : [
          `${headline.dataset} ${count(headline.images)}`,
          percent(headline.subjectFraction, percentDigits(headline.images)),
          percent(headline.referenceFraction, percentDigits(headline.images)),
          points(headline.differenceFraction, percentDigits(headline.images)),
          headline.network,
        ]),
    tags.join(" "),
  ]);
  const names = [
    "run",
    "status",
    "started",
    "subject",
    "reference",
    "images",
    "subject",
    "reference",
    "difference",
    "network",
    ...(runs.some(({ tags }) => tags.length > 0) ? ["tags"] : []),
  ];
  return printableTable([names, ...rows], ["left", "left", "left", "left", "left", "left", "right", "right", "right"]);
}

/** Two runs side by side; differences are b − a. */
export function runComparison(comparison: RunComparison): string {
  const { a, b, provenance, paired, commonImages, layers, notes, sameResult } = comparison;
  const facts = provenance.map(({ fact, same, a: ofA, b: ofB }) => [
    same ? "" : "≠",
    fact,
    ofA,
    same ? "the same" : ofB,
  ]);
  const pairedLines =
    paired === undefined
      ? ""
      : `paired on ${counted(commonImages ?? a.images, "image")}, subject of b − subject of a: ${points(paired.fraction, percentDigits(a.images))} points ` +
        `(95 % ${pointsInterval(paired.interval95, percentDigits(a.images))}); right only in b on ` +
        `${counted(paired.subjectOnly, "image")}, only in a on ${count(paired.referenceOnly)}; ` +
        `McNemar p ${pValue(paired.mcnemarP)}`;
  const parts = [
    printableTable([
      ["a", a.id, moment(a.startedAt)],
      ["b", b.id, moment(b.startedAt)],
    ]),
    printableTable(facts),
    notes.map((note) => `note: ${note}`).join("\n"),
    sameResult ? "Both runs gave the same result, byte for byte." : "",
    comparedAccuracies(comparison),
    pairedLines,
    layers.length === 0
      ? ""
      : textTable(
          [
            ["layer", "RMSE a", "RMSE b", "NMSE a", "NMSE b", "equal a", "equal b", "clipped a", "clipped b"],
            ...layers.map(({ id, a: ofA, b: ofB }) => [printable(id), ...errorColumns(ofA, ofB)]),
          ],
          ["left", ...new Array<Align>(8).fill("right")],
        ),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** A table of texts that came from outside. */
function printableTable(rows: readonly (readonly string[])[], align?: readonly Align[]): string {
  return textTable(
    rows.map((row) => row.map(printable)),
    align,
  );
}

function hardwareLine({ hardware }: RunDocument): string {
  const { tiles, arraysAvailable, arrayRows, arrayColumns, rounds, cells, utilisation, adcConversionsPerImage } =
    hardware;
  return (
    `${counted(tiles, "tile")} on ${counted(arraysAvailable, "array")} of ${arrayRows}×${arrayColumns} in ${counted(rounds, "round")}; ` +
    `${counted(cells, "cell")} programmed (${percent(utilisation, 1)} of the tiles' arrays); ` +
    `${counted(adcConversionsPerImage, "ADC conversion")} an image`
  );
}

function costLine({ cost }: RunDocument): string {
  if (cost === undefined) return "";
  return (
    `one inference by the cost model (${cost.profile}, ${cost.hardware}): ${significant(cost.latencyMs)} ms, ` +
    `${significant(cost.energyMillijoule)} mJ, EDP ${significant(cost.edp)} ms·mJ, ${significant(cost.areaMm2)} mm²`
  );
}

function timeLines({ timing }: RunDocument): string {
  const total = timing.steps.reduce((sum, { seconds }) => sum + seconds, 0);
  const steps = timing.steps.map(({ step, seconds }) => `${printable(step)} ${duration(seconds)}`).join(", ");
  return `${duration(total)} in all, ${significant(timing.imagesPerSecond)} images/s, subject and reference each counted\n${steps}`;
}

function macroInWords(summary: MacroSummary): string {
  const { name, driver, chipId, description } = summary;
  const more = description === "" ? "" : `: ${description}`;
  return `${name} (${kindInWords(summary)}; driver ${driver}, ${chipId})${more}`;
}

function accuracyTable({ accuracies, images }: RunDocument): string {
  const digits = percentDigits(images);
  const rows = accuracyNames.flatMap((of) => {
    const measured: Accuracy | undefined = accuracies[of];
    if (measured === undefined) return [];
    const { correct, fraction, interval95 } = measured;
    const origin = of === "float" ? "from the network's training" : "";
    return [
      [
        of,
        percent(fraction, digits),
        percentInterval(interval95, digits),
        `${count(correct)} of ${count(images)}`,
        origin,
      ],
    ];
  });
  return textTable([["accuracy", "", "95 % interval", "correct"], ...rows], ["left", "right", "right", "right"]);
}

function agreementLine({ agreement, images }: RunDocument): string {
  const digits = percentDigits(images);
  return (
    `Both give the same answer on ${percent(agreement.share, digits)} of the images ` +
    `(95 % ${percentInterval(agreement.interval95, digits)}), Cohen's kappa ${agreement.cohenKappa.toFixed(3)}.`
  );
}

function layerTable({ layers }: RunDocument): string {
  if (layers.length === 0) return "";
  const rows = layers.map(({ id, rows: inputs, outputs, tiles, codes, clippedShare }) => [
    printable(id),
    `${inputs}×${outputs}`,
    count(tiles),
    `${significant(codes.rmseLsb)} LSB`,
    significant(codes.nmse),
    percent(codes.equalShare, 1),
    percent(clippedShare.subject),
    percent(clippedShare.reference),
  ]);
  const names = ["layer", "matrix", "tiles", "code RMSE", "NMSE", "equal", "clipped: subject", "reference"];
  return textTable([names, ...rows], ["left", ...new Array<Align>(7).fill("right")]);
}

/** The limits that were set, failures first; nothing where there are none. */
function limitsTable(measurements: readonly Measurement[]): string {
  const judged = measurements.filter(({ verdict }) => verdict !== "none");
  if (judged.length === 0) return "";
  const failed = judged.filter(({ verdict }) => verdict === "fail");
  const rows = [...failed, ...judged.filter(({ verdict }) => verdict === "pass")].map(
    ({ name, value, unit, limits, verdict }) => [
      verdict === "fail" ? "FAIL" : "pass",
      name,
      `${significant(value, 4)} ${unit}`,
      [limits?.min === undefined ? "" : `min ${limits.min}`, limits?.max === undefined ? "" : `max ${limits.max}`]
        .join(" ")
        .trim(),
    ],
  );
  return `limits: ${failed.length} of ${judged.length} failed\n${textTable(rows, ["left", "left", "right"])}`;
}

function comparedAccuracies({ accuracies, a, b }: RunComparison): string {
  const digits = percentDigits(Math.min(a.images, b.images));
  const shown = (measured: Accuracy | undefined): string =>
    measured === undefined ? "–" : percent(measured.fraction, digits);
  const rows = accuracies.map(({ of, a: ofA, b: ofB, difference }: AccuracyComparison) => [
    of,
    shown(ofA),
    shown(ofB),
    difference === undefined ? "–" : points(difference.fraction, digits),
    difference === undefined ? "" : pointsInterval(difference.interval95, digits),
  ]);
  return textTable(
    [["accuracy", "a", "b", "b − a", "95 % interval"], ...rows],
    ["left", "right", "right", "right", "right"],
  );
}

function errorColumns(a: LayerError | undefined, b: LayerError | undefined): string[] {
  const both = (text: (error: LayerError) => string): string[] =>
    [a, b].map((error) => (error === undefined ? "–" : text(error)));
  return [
    ...both(({ rmseLsb }) => significant(rmseLsb)),
    ...both(({ nmse }) => significant(nmse)),
    ...both(({ equalShare }) => percent(equalShare, 1)),
    ...both(({ clippedShare }) => percent(clippedShare.subject)),
  ];
}
