import { printable } from "../../base/printable.js";
import type { Accuracy } from "../../record/run-document.js";
import { count, counted, percent, percentDigits, percentInterval, points, roughCount } from "../../base/format.js";
import { type Align, textTable } from "./text-table.js";
import type { Arithmetic, ArithmeticResult, EvaluationDocument } from "../../evaluate/evaluation-document.js";

/** What a network says of images, for a terminal. Plain text, no colours. */
export function evaluationText(document: EvaluationDocument): string {
  const { dataset, notes } = document;
  return [
    head(document),
    [...(dataset.caveat === undefined ? [] : [dataset.caveat]), ...notes]
      .map((note) => `note: ${printable(note)}`)
      .join("\n"),
    accuracyTable(document),
    classTable(document),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** Float is told in full: after LSQ the weights are not those of the float network any more. */
const names: Record<Arithmetic, string> = { float: "float, weights as stored", integer: "integer" };
const keptNames: Record<Arithmetic, string> = { float: "float, before LSQ", integer: "integer, when trained" };

function head({ network, dataset, images, versions }: EvaluationDocument): string {
  const which =
    images === dataset.officialCount
      ? `all ${counted(images, `${dataset.split} image`)}`
      : `${count(images)} of ${counted(dataset.officialCount, `${dataset.split} image`)} (${dataset.selection})`;
  return table([
    [
      "network",
      `${network.name}, ${roughCount(network.parameters)} parameters, ${roughCount(network.macs)} MACs; ${network.folder}`,
    ],
    ["images", `${dataset.name}, ${which}, from ${dataset.location}`],
    ["engine", `${engineOf(versions)}; no macro took part`],
  ]);
}

function accuracyTable({ results, images }: EvaluationDocument): string {
  const digits = percentDigits(images);
  const row = (name: string, { fraction, interval95, correct }: Accuracy, remark = "") => [
    name,
    percent(fraction, digits),
    percentInterval(interval95, digits),
    `${count(correct)} of ${count(images)}`,
    remark,
  ];
  const rows = results.flatMap(({ arithmetic, accuracy, testTimeFlip, weightNoise, stored }) => [
    row(names[arithmetic], accuracy, stored?.reproduced ? reproducedRemark(stored, images) : ""),
    ...(stored && !stored.reproduced ? [row(keptNames[arithmetic], stored, "quoted from the network's folder")] : []),
    ...(testTimeFlip ? [row(`${arithmetic}, test-time flip`, testTimeFlip)] : []),
    ...(weightNoise ? [noiseRow(arithmetic, weightNoise, digits)] : []),
  ]);
  return table([["accuracy", "", "95 % interval", "correct"], ...rows], ["left", "right", "right", "right"]);
}

function reproducedRemark({ equalPredictions }: NonNullable<ArithmeticResult["stored"]>, images: number): string {
  return `as when it was trained; ${counted(images - equalPredictions, "answer differs", "answers differ")}`;
}

function noiseRow(
  arithmetic: string,
  { relativeSigma, draws, meanFraction, standardDeviation }: NonNullable<ArithmeticResult["weightNoise"]>,
  digits: number,
): string[] {
  const fractions = draws.map(({ fraction }) => fraction);
  const spread =
    standardDeviation === undefined
      ? ""
      : `± ${points(standardDeviation, digits).replace("+", "")} points between draws`;
  const range = `${percent(Math.min(...fractions), digits)} to ${percent(Math.max(...fractions), digits)}`;
  return [
    `${arithmetic}, weight noise ${percent(relativeSigma, 1)}`,
    percent(meanFraction, digits),
    spread,
    `${counted(draws.length, "draw")}`,
    range,
  ];
}

function classTable({ results }: EvaluationDocument): string {
  const [first] = results;
  const rows = first.classes.map(({ name, images }, label) => [
    name,
    count(images),
    ...results.flatMap(({ classes }) => {
      const { fraction, interval95 } = classes[label];
      return images === 0 ? ["–", ""] : [percent(fraction, 1), percentInterval(interval95, 1)];
    }),
  ]);
  return table(
    [["class", "images", ...results.flatMap(({ arithmetic }) => [arithmetic, "95 % interval"])], ...rows],
    ["left", ...Array<Align>(1 + 2 * results.length).fill("right")],
  );
}

function table(rows: readonly (readonly string[])[], align?: readonly Align[]): string {
  return textTable(
    rows.map((row) => row.map(printable)),
    align,
  );
}

/** The packages that computed, with their versions. */
function engineOf(versions: Record<string, string>): string {
  return Object.entries(versions)
    .filter(([name]) => name !== "nas4cim" && name !== "node")
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
}
