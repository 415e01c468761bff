import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { packageRoot } from "../../src/base/paths.js";
import type { QuerySpace } from "../../src/search/queries/query-space.js";
import type { Choice } from "../../src/search/significance/significance.js";

/*
 * The published table of 15,625 cells of NAS-Bench-201 (Dong and Yang, ICLR 2020) on CIFAR-10 with their accuracies on
 * analog hardware (PyPI analog-nasbench 0.1.3). The table is not ours to ship: it is read from the folder of data sets.
 */

/** Operators of an edge, as the table numbers them. Which is which follows from the table: see analog-nasbench.test.ts. */
export const edgeOperators = ["skip", "none", "conv 3×3", "conv 1×1", "average pool"] as const;

const [skip, none] = [0, 1];

/** The six edges in the table's order: [from node, to node]; node 0 is the cell's input, node 3 its output. */
export const edges = [
  [0, 1],
  [0, 2],
  [0, 3],
  [1, 2],
  [1, 3],
  [2, 3],
] as const;

export const cellShape = edges.map(() => edgeOperators.length);

/** Columns of the table: percent. */
export type TableColumn = "baseline_accuracy" | "analog_accuracy" | "analog_drift_2592000";

/** Reads the table from `NAS4CIM_DATA`, else from shared/data beside the repository; undefined where neither has it. */
export function readAnalogTable(): Map<string, Record<TableColumn, number>> | undefined {
  const folders = [process.env.NAS4CIM_DATA, resolve(packageRoot(), "../shared/data")].filter(
    (one) => one !== undefined,
  );
  const path = folders
    .map((folder) => join(folder, "analog-nasbench", "nb201-cifar10-analog.csv.gz"))
    .find((one) => existsSync(one));
  if (path === undefined) return undefined;
  const [head, ...lines] = gunzipSync(readFileSync(path)).toString("utf8").trim().split("\n");
  const names = head.split(",");
  const place = (column: string) => names.indexOf(column);
  const places = {
    baseline_accuracy: place("baseline_accuracy"),
    analog_accuracy: place("analog_accuracy"),
    analog_drift_2592000: place("analog_drift_2592000"),
  };
  return new Map(
    lines.map((line) => {
      const values = line.split(",");
      const figures = Object.fromEntries(
        Object.entries(places).map(([column, at]) => [column, Number(values[at])]),
      ) as Record<TableColumn, number>;
      return [values[place("cell")], figures];
    }),
  );
}

/** A column of the table as a space of questions. */
export function cellSpace(table: ReadonlyMap<string, Record<TableColumn, number>>, column: TableColumn): QuerySpace {
  return { shape: cellShape, identityOf: cellIdentity, figureOf: (choice) => table.get(choice.join("-"))![column] };
}

/**
 * What a cell computes, as a text that equal cells share: a node is the sum of what its edges bring, "none" brings nothing
 * and spreads, "skip" brings the node itself, and the order of summands does not count. Sums stay sums of summands:
 * skipping a sum brings its summands, as in a sum of sums.
 */
export function cellIdentity(choice: Choice): string {
  const summands: string[][] = [["x"], [], [], []];
  edges.forEach(([from, to], edge) => {
    const operator = choice[edge];
    if (operator === none || summands[from].length === 0) return;
    const brought = operator === skip ? summands[from] : [`${operator}(${[...summands[from]].sort().join("+")})`];
    summands[to].push(...brought);
  });
  return [...summands[3]].sort().join("+");
}
