import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { benchJsonSchema, benchSchema, datasetNames, imageSelections } from "../../../src/config/bench-schema.js";
import { datasets } from "../../../src/data/dataset-facts.js";
import { selectionCounts } from "../../../src/data/select-images.js";

describe("the schema of bench.config.json", () => {
  it("is what bench.schema.json says (else: node scripts/make-schema.mjs)", () => {
    const committed: unknown = JSON.parse(readFileSync(join(packageRoot(), "bench.schema.json"), "utf8"));
    expect(committed).to.deep.equal(JSON.parse(JSON.stringify(benchJsonSchema())));
  });

  it("describes every key a person can write", () => {
    const undescribed = [...describedParts(benchJsonSchema(), "")].filter(({ described }) => !described);
    expect(undescribed.map(({ path }) => path)).to.deep.equal([]);
  });

  it("knows the data sets and selections that the data room has", () => {
    expect([...datasetNames]).to.have.members(Object.keys(datasets));
    expect([...imageSelections]).to.have.members(Object.keys(selectionCounts));
  });

  it("tells in the description how many images a selection takes", () => {
    const text = benchSchema.shape.defaults.shape.images.description ?? "";
    for (const [name, count] of Object.entries(selectionCounts)) {
      if (Number.isFinite(count)) expect(text).to.include(`${name} (${count})`);
    }
  });
});

interface SchemaPart {
  description?: string;
  properties?: Record<string, SchemaPart>;
  additionalProperties?: SchemaPart | boolean;
}

function* describedParts(part: SchemaPart, path: string): Generator<{ path: string; described: boolean }> {
  for (const [key, inner] of Object.entries(part.properties ?? {})) {
    yield { path: `${path}.${key}`, described: inner.description !== undefined };
    yield* describedParts(inner, `${path}.${key}`);
  }
  if (typeof part.additionalProperties === "object") yield* describedParts(part.additionalProperties, `${path}.*`);
}
