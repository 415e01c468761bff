// Writes bench.schema.json from the schema in the code: npm run build && node scripts/make-schema.mjs
import { writeFileSync } from "node:fs";
import { format } from "prettier";
import { benchJsonSchema } from "../dist/src/config/bench-schema.js";
import { inRoot } from "./tool.mjs";

writeFileSync(
  inRoot("bench.schema.json"),
  await format(JSON.stringify(benchJsonSchema()), { parser: "json", printWidth: 120 }),
);
