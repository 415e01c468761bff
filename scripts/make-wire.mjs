// Writes what comes from src/wire/constants.ts: the tables of docs/wire-protocol.md, firmware/nas4cim-wire.h and the test
// vectors. npm run build && node scripts/make-wire.mjs
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import { wireHeader } from "../dist/src/wire/describe.js";
import { fillPage } from "../dist/test/support/wire-page.js";
import { wireVectors } from "../dist/test/support/wire-vectors.js";
import { inRoot } from "./tool.mjs";

const page = inRoot("docs/wire-protocol.md");
writeFileSync(page, await fillPage(readFileSync(page, "utf8")));
mkdirSync(inRoot("firmware"), { recursive: true });
writeFileSync(inRoot("firmware/nas4cim-wire.h"), wireHeader());
mkdirSync(inRoot("fixtures/vectors/wire"), { recursive: true });
for (const [name, content] of Object.entries(wireVectors()))
  writeFileSync(
    inRoot(`fixtures/vectors/wire/${name}.json`),
    await format(JSON.stringify(content), { parser: "json", printWidth: 120 }),
  );
