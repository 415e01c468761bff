// Writes every JSON Schema, and the table of keys of every page of docs/formats, from the schemas in the code:
//   npm run build && node scripts/make-schema.mjs
// With --check it writes nothing, names what is out of date and ends with 1.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { format as pretty } from "prettier";
import { formatJsonSchema } from "../dist/src/base/schema/json-format.js";
import { keyTable } from "../dist/src/base/schema/key-table.js";
import { schemas } from "./schemas.mjs";
import { inRoot } from "./tool.mjs";

const isCheck = process.argv.includes("--check");
const [begin, end] = ["<!-- keys: written by scripts/make-schema.mjs -->", "<!-- end of keys -->"];
const stale = [];

for (const { file, format, page } of schemas) {
  const schema = formatJsonSchema(format);
  await update(file, JSON.stringify(schema), "json");
  const text = readFileSync(inRoot(page), "utf8");
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`${page} lacks the lines ${begin} and ${end}`);
  await update(page, `${before}${begin}\n\n${keyTable(schema)}\n\n${end}${after}`, "markdown");
}

if (stale.length > 0) {
  console.error(`out of date (node scripts/make-schema.mjs): ${stale.join(", ")}`);
  process.exitCode = 1;
}

async function update(file, content, parser) {
  const path = inRoot(file);
  const wanted = await pretty(content, { parser, printWidth: 120 });
  if (existsSync(path) && readFileSync(path, "utf8") === wanted) return;
  if (isCheck) return stale.push(file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, wanted);
}
