import { expect } from "chai";
import { formatJsonSchema } from "../../../src/base/schema/json-format.js";
import type { JsonSchema } from "../../../src/base/schema/json-schema.js";
import { benchFormat, benchSchema, datasetNames, imageSelections } from "../../../src/config/bench-schema.js";
import { datasets } from "../../../src/data/dataset-facts.js";
import { selectionCounts } from "../../../src/data/select-images.js";

describe("the schema of bench.config.json", () => {
  it("describes every key a person can write", () => {
    const undescribed = [...describedParts(formatJsonSchema(benchFormat), "")].filter(({ described }) => !described);
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

function* describedParts(part: JsonSchema, path: string): Generator<{ path: string; described: boolean }> {
  for (const [key, inner] of Object.entries(part.properties ?? {})) {
    yield { path: `${path}.${key}`, described: inner.description !== undefined };
    yield* describedParts(inner, `${path}.${key}`);
  }
  if (typeof part.additionalProperties === "object") yield* describedParts(part.additionalProperties, `${path}.*`);
}
