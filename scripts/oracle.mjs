// Trains networks of the FashionMNIST space one by one and keeps a table of what each comes to; see fixtures/oracles/README.md.
//   npm run build && node scripts/oracle.mjs --rows 190 --out fixtures/oracles/fashion-mnist
// Rows that are there are skipped, an interrupted training goes on. Images are looked for as everywhere (NAS4CIM_DATA).
import { parseArgs } from "node:util";
import { isNasError } from "../dist/src/base/errors.js";
import { loadDataset } from "../dist/src/data/load-dataset.js";
import { loadTensorflow } from "../dist/src/engine/tensorflow.js";
import { fillOracle } from "../dist/src/search/oracle/fill-oracle.js";
import { searchSpaces } from "../dist/src/search/space/presets.js";

const { values } = parseArgs({ options: { rows: { type: "string", default: "190" }, out: { type: "string" } } });
const rows = Number(values.rows);
if (values.out === undefined || !Number.isInteger(rows) || rows < 1) {
  console.error("usage: node scripts/oracle.mjs [--rows N] --out FOLDER");
  process.exit(2);
}
const stop = new globalThis.AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop.abort());
const context = { signal: stop.signal, log: (line) => console.log(`${new Date().toISOString()} ${line}`) };
try {
  const engine = await loadTensorflow();
  const [training, test] = await Promise.all(
    ["train", "test"].map((split) => loadDataset({ dataset: "fashion-mnist", split }, context)),
  );
  const space = searchSpaces["fashion-mnist"];
  const table = await fillOracle({ engine, space, training, test, rows, folder: values.out }, context);
  console.log(`${table.length} rows in ${values.out}`);
} catch (error) {
  if (!isNasError(error)) throw error;
  console.error(`${error.code}: ${error.message}\nhint: ${error.hint}`);
  process.exitCode = error.exitCode;
}
