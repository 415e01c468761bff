// Makes fixtures/fingerprints/ from the official Fashion-MNIST files: node scripts/make-fingerprints.mjs <folder>
// (needs a build: npm run build). It prints the SHA-256 of each table.
import { writeFileSync } from "node:fs";
import { hashOf } from "../dist/src/data/data-file.js";
import { encodeFingerprintTable, fingerprintTablePath } from "../dist/src/data/fingerprint-table.js";
import { loadDataset } from "../dist/src/data/load-dataset.js";

const [path] = process.argv.slice(2);
if (path === undefined) {
  console.error("usage: node scripts/make-fingerprints.mjs <folder with the official files>");
  process.exit(2);
}
for (const split of ["test", "train"]) {
  const table = encodeFingerprintTable(await loadDataset({ dataset: "fashion-mnist", split, path }, {}));
  writeFileSync(fingerprintTablePath(split), table);
  console.log(`${hashOf("sha256", table)}  ${fingerprintTablePath(split)}`);
}
