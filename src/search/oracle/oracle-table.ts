import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../../base/atomic-file.js";
import { messageOf, NasError } from "../../base/errors.js";

/** One network trained alone. Accuracies are shares, 0 … 1. */
export interface OracleRow {
  genotype: string;
  seed: number;
  /** On the 5,000 training images that no weight has seen, in float and with 4-bit weights and activations. */
  heldOutFloat: number;
  heldOutW4A4: number;
  /** On the test images, with 4-bit weights and activations; for one look at the end, never for a choice. */
  testW4A4: number;
  /** ms·mJ: `isaac-unit`, profile mnsim-2.0, pipelined, 4 and 4 bits. */
  edp: number;
  macs: number;
  parameters: number;
  /** Of training, on the machine at hand. */
  seconds: number;
}

/** What all rows of a table have in common; rows of another space, other images or another recipe do not go into it. */
export interface OracleOrigin {
  space: string;
  /** SHA-256 of the recipe for the order's first entry: it stands for the settings of all. */
  recipeHash: string;
  /** SHA-256 of the training images and labels. */
  dataSha256: string;
  /** name -> version of what trained when the table was begun. */
  versions: Record<string, string>;
}

const columns = [
  "genotype",
  "seed",
  "heldOutFloat",
  "heldOutW4A4",
  "testW4A4",
  "edp",
  "macs",
  "parameters",
  "seconds",
] as const satisfies readonly (keyof OracleRow)[];

/** A table in a folder: `oracle.csv`, one row a training in the order they were done, and `origin.json` beside it. */
export class OracleTable {
  readonly rows: OracleRow[];
  readonly #path: string;

  /** @throws NAS_SEARCH_ORACLE where the table is another one's, or damaged. */
  constructor(folder: string, origin: OracleOrigin) {
    this.#path = join(folder, "oracle.csv");
    const originPath = join(folder, "origin.json");
    if (existsSync(originPath)) checkOrigin(originPath, origin);
    else writeFileAtomic(originPath, `${JSON.stringify(origin, null, 2)}\n`);
    this.rows = existsSync(this.#path) ? readRows(this.#path) : [];
  }

  /** Whether a network was trained with a seed. */
  has({ genotype, seed }: Pick<OracleRow, "genotype" | "seed">): boolean {
    return this.rows.some((row) => row.genotype === genotype && row.seed === seed);
  }

  /** Adds a row; the file holds it whole or not at all. */
  add(row: OracleRow): void {
    this.rows.push(row);
    const lines = [columns.join(","), ...this.rows.map((each) => columns.map((name) => each[name]).join(","))];
    writeFileAtomic(this.#path, `${lines.join("\n")}\n`);
  }
}

function checkOrigin(path: string, wanted: OracleOrigin): void {
  let found: Partial<OracleOrigin>;
  try {
    found = JSON.parse(readFileSync(path, "utf8")) as Partial<OracleOrigin>;
  } catch (error) {
    refuse(path, `is no JSON: ${messageOf(error)}`, "take the file as nas4cim wrote it");
  }
  for (const key of ["space", "recipeHash", "dataSha256"] as const) {
    if (found[key] === wanted[key]) continue;
    refuse(path, `tells of another ${key}: ${found[key]}, this is ${wanted[key]}`, "fill a table in another folder");
  }
}

/** Reads `oracle.csv`. @throws NAS_SEARCH_ORACLE where a line breaks its form */
export function readRows(path: string): OracleRow[] {
  const [head, ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  if (head !== columns.join(",")) refuse(path, "has other columns", `the first line is ${columns.join(",")}`);
  return lines.map((line, index) => {
    const [genotype, ...cells] = line.split(",");
    const numbers = cells.map(Number);
    if (cells.length !== columns.length - 1 || cells.includes("") || !numbers.every(Number.isFinite))
      refuse(path, `line ${index + 2} is "${line.slice(0, 200)}"`, "take the file as nas4cim wrote it");
    const [seed, heldOutFloat, heldOutW4A4, testW4A4, edp, macs, parameters, seconds] = numbers;
    return { genotype, seed, heldOutFloat, heldOutW4A4, testW4A4, edp, macs, parameters, seconds };
  });
}

function refuse(path: string, why: string, hint: string): never {
  throw new NasError("NAS_SEARCH_ORACLE", `${path} ${why}`, { hint, context: { file: path } });
}
