import { expect } from "chai";
import fc from "fast-check";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../src/base/paths.js";
import { formatJsonSchema, type JsonFormat, parseJson } from "../src/base/schema/json-format.js";
import type { JsonSchema } from "../src/base/schema/json-schema.js";
import { expectLocatedErrors, mutationsOf } from "./support/json-mutations.js";

/** One entry of scripts/schemas.mjs. */
interface Described {
  file: string;
  format: JsonFormat<unknown>;
  page: string;
}

const list = pathToFileURL(join(packageRoot(), "scripts/schemas.mjs")).href;
const { schemas } = (await import(list)) as { schemas: Described[] };

/** The formats of files: page, example, JSON Schema and reader say the same. */
describe("the formats of files", function () {
  this.timeout(30_000);

  for (const { file, format, page } of schemas) {
    describe(format.name, () => {
      const text = readFileSync(join(packageRoot(), page), "utf8");
      const examples = [...text.matchAll(/```json\n([^]*?)```/g)].map(([, json]) => json);

      it("has examples on its page, which its reader takes", () => {
        expect(examples).to.not.be.empty;
        for (const example of examples) parseJson(format, example, page);
      });

      it("gives a value, or an error with file, line and column, whatever is changed in an example", () => {
        fc.assert(
          fc.property(fc.oneof(...examples.map(mutationsOf)), (mutated) =>
            expectLocatedErrors(mutated, "changed.json", (changed) => parseJson(format, changed, "changed.json")),
          ),
          { numRuns: 400 },
        );
      });

      it("refuses unknown keys in every object that it describes, and bounds every text", () => {
        expect([...looseParts(formatJsonSchema(format), "")]).to.deep.equal([]);
      });

      it("ships its JSON Schema with the package", () => {
        const { files } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { files: string[] };
        expect(existsSync(join(packageRoot(), file))).to.equal(true);
        expect(
          files.some((shipped) => file === shipped || file.startsWith(`${shipped}/`)),
          file,
        ).to.equal(true);
      });
    });
  }

  it("are all told of in docs/formats", () => {
    const pages = readdirSync(join(packageRoot(), "docs/formats")).filter((name) => name !== "README.md");
    expect(schemas.map(({ page }) => page)).to.have.members(pages.map((name) => `docs/formats/${name}`));
    const index = readFileSync(join(packageRoot(), "docs/formats/README.md"), "utf8");
    for (const { file, page } of schemas) {
      expect(index).to.include(`(${page.slice("docs/formats/".length)})`);
      expect(index).to.include(`\`${file}\``);
    }
  });
});

/** Places of a schema where anything may stand that nobody reads, or a text of any length. */
function* looseParts(schema: JsonSchema, path: string): Generator<string> {
  const isOpen = schema.type === "object" && schema.additionalProperties === undefined;
  const isFixed = "const" in schema || schema.enum !== undefined;
  const isShort = schema.maxLength !== undefined || (schema.pattern !== undefined && !/[*+{]/.test(schema.pattern));
  if ((isOpen || (schema.type === "string" && !isFixed && !isShort)) && path !== ".$schema") yield path;
  for (const [key, member] of Object.entries(schema.properties ?? {})) yield* looseParts(member, `${path}.${key}`);
  for (const inner of [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.prefixItems ?? [])])
    yield* looseParts(inner, path);
  for (const inner of [schema.items, schema.additionalProperties, schema.propertyNames])
    if (typeof inner === "object") yield* looseParts(inner, `${path}.*`);
}
