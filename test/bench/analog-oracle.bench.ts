/**
 * `npm run bench:analog-oracle`: the search by questions against its rivals on a published table of analog accuracies, 100
 * questions each, 200 paired seeds. Prints the page docs/analog-oracle.md. The table is read from the folder NAS4CIM_DATA.
 */
import { randomStream } from "../../src/base/random-stream.js";
import { randomSearch, regularizedEvolution } from "../../src/search/queries/baselines.js";
import { bestAnswer, type QueryMethod } from "../../src/search/queries/query-space.js";
import { defaultSignificanceSearch, significanceSearch } from "../../src/search/queries/significance-search.js";
import { cellSpace, readAnalogTable, type TableColumn } from "../support/analog-nasbench.js";

const budget = 100;
const seeds = 200;

const targets: Record<string, TableColumn> = {
  "analog accuracy": "analog_accuracy",
  "after 30 days": "analog_drift_2592000",
};

const ours = significanceSearch();
const varied = (change: Partial<typeof defaultSignificanceSearch>) =>
  significanceSearch({ ...defaultSignificanceSearch, ...change });
const voices = (task: number, hardware: number) => ({ weights: { task, hardware, chip: 0 } });

const methods: Record<string, QueryMethod> = {
  "**significances fused**": ours,
  "random search": randomSearch,
  "evolution, population 10, sample 3": regularizedEvolution({ population: 10, sample: 3 }),
  "evolution, population 20, sample 5": regularizedEvolution({ population: 20, sample: 5 }),
  "evolution, population 25, sample 10": regularizedEvolution({ population: 25, sample: 10 }),
};

const ablation: Record<string, QueryMethod> = {
  "effects alone (weight of the frequency 0)": varied(voices(1, 0)),
  "frequency alone (weight of the effects 0)": varied(voices(0, 1)),
  "weights 0.7, 0.3": varied(voices(0.7, 0.3)),
  "weights 0.3, 0.7": varied(voices(0.3, 0.7)),
  "K = 3": varied({ top: 3 }),
  "K = 10": varied({ top: 10 }),
  "20 random networks first": varied({ start: 20 }),
  "40 random networks first": varied({ start: 40 }),
  "1 network before new estimates": varied({ batch: 1 }),
  "10 networks before new estimates": varied({ batch: 10 }),
  "penalty 0.3": varied({ penalty: 0.3 }),
  "penalty 3": varied({ penalty: 3 }),
};

const table = readAnalogTable();
if (table === undefined) {
  process.stderr.write("set NAS4CIM_DATA to a folder with analog-nasbench/nb201-cifar10-analog.csv.gz\n");
  process.exit(3);
}
const cells = table;

/** What each seed's best answer has of a column; all methods of a seed draw from the same stream. */
function bestBySeed(method: QueryMethod, column: TableColumn): number[] {
  return Array.from({ length: seeds }, (_, seed) => {
    const answers = method(cellSpace(cells, column), budget, randomStream("analog oracle", seed));
    return bestAnswer(answers).figure;
  });
}

/** Random search by float accuracy, judged by the column: a choice that does not know the hardware. */
function floatBySeed(column: TableColumn): number[] {
  return Array.from({ length: seeds }, (_, seed) => {
    const space = cellSpace(cells, "baseline_accuracy");
    const { choice } = bestAnswer(randomSearch(space, budget, randomStream("analog oracle", seed)));
    return cells.get(choice.join("-"))![column];
  });
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mean of paired differences with its 95 % interval, mean ± 1.96 standard errors. */
function paired(a: readonly number[], b: readonly number[]): string {
  const differences = a.map((value, seed) => value - b[seed]);
  const mean = meanOf(differences);
  const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (seeds - 1);
  const half = 1.96 * Math.sqrt(variance / seeds);
  return `${mean.toFixed(2)} ± ${half.toFixed(2)}`;
}

function cellsOf(name: string, of: (column: TableColumn) => number[], reference: Record<string, number[]>): string {
  const figures = Object.entries(targets).flatMap(([target, column]) => {
    const values = of(column);
    const isReference = values.every((value, seed) => value === reference[target][seed]);
    return [meanOf(values).toFixed(2), isReference ? "" : paired(reference[target], values)];
  });
  return `| ${[name, ...figures].join(" | ")} |`;
}

const reference = Object.fromEntries(
  Object.entries(targets).map(([target, column]) => [target, bestBySeed(ours, column)]),
);
const head = ["", ...Object.keys(targets).flatMap((target) => [target, "fused better by"])];
const rule = head.map((_, place) => (place === 0 ? "---" : "---:"));
const rows = (of: Record<string, QueryMethod>) =>
  Object.entries(of).map(([name, method]) => cellsOf(name, (column) => bestBySeed(method, column), reference));

const wholeTable = [...cells.values()];
const bestByFloat = wholeTable.reduce((best, row) => (row.baseline_accuracy > best.baseline_accuracy ? row : best));
const gains = wholeTable.map((row) => row.analog_drift_2592000 - row.analog_accuracy).filter((gain) => gain > 0);
const greatest = (column: TableColumn) => Math.max(...wholeTable.map((row) => row[column]));
const constantRow = (name: string, of: (column: TableColumn) => number) =>
  cellsOf(name, (column) => new Array<number>(seeds).fill(of(column)), reference);

process.stdout.write(
  `# The search by questions on a published table

Printed by \`npm run bench:analog-oracle\` (its options and seeds stand in test/bench/analog-oracle.bench.ts). The table is that of
the package analog-nasbench 0.1.3: 15,625 cells of NAS-Bench-201 on CIFAR-10 with their accuracy on simulated analog hardware
(a PCM model), freshly programmed and after 30 days. It is not part of this project. No row is left out, though a few look like
slips: ${gains.length} cells are better after 30 days than before, ${gains.filter((gain) => gain > 1).length} of them by more than a point.

The six edges are the layers, their five operations the operators. A search may ask for the figure of ${budget} cells; its result is the
best of them. Mean over ${seeds} seeds, percent; all methods of a seed draw from the same random numbers. "fused better by" is the mean
paired difference with its 95 % interval.

| ${head.join(" | ")} |
| ${rule.join(" | ")} |
${[
  ...rows(methods),
  cellsOf("best float accuracy of 100 random cells", floatBySeed, reference),
  constantRow("best float accuracy of all 15,625 cells", (column) => bestByFloat[column]),
  constantRow("best cell of the table", greatest),
].join("\n")}

The search keeps the three stages: each operator's effect on the rank of a network, estimated from the answers so far by ridge
regression, takes the place of task significance; the operators' frequency among the Top-K is the second voice; the next cells
are assembled in the order of the fused significance. ${defaultSignificanceSearch.start} random cells first, ${defaultSignificanceSearch.batch} cells before new estimates, K = ${defaultSignificanceSearch.top}, equal weights, penalty 1.

## One setting changed

| ${head.join(" | ")} |
| ${rule.join(" | ")} |
${rows(ablation).join("\n")}
`,
);
