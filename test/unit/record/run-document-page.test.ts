import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../src/base/paths.js";
import { judgeRun } from "../../../src/record/judge-run.js";
import { sampleRunDocument } from "../../support/sample-run-document.js";

describe("docs/run-document.md", () => {
  const page = readFileSync(join(packageRoot(), "docs", "run-document.md"), "utf8");
  const document = sampleRunDocument({ images: 100 });
  document.dataset.caveat = "present";

  /** The text between the heading that names a field and the next heading. */
  function chapter(field: string): string {
    const found = page.split(/^## /m).find((text) => text.split("\n")[0].includes(`\`${field}`));
    return found ?? expect.fail(`no chapter on ${field}`);
  }

  /** The words written as code in a text: field names alone, or as a path. */
  function fieldsIn(text: string): Set<string> {
    return new Set([...text.matchAll(/`([^`]+)`/g)].flatMap(([, code]) => code.split(/[^A-Za-z0-9]+/)));
  }

  /** The names of all fields within a value, at every depth; lists count by their first entry. */
  function namesWithin(value: unknown): string[] {
    if (Array.isArray(value)) return namesWithin(value[0]);
    if (value === null || typeof value !== "object") return [];
    return Object.entries(value).flatMap(([name, member]) => [name, ...namesWithin(member)]);
  }

  it("names every field at the top", () => {
    const top = fieldsIn(page.split(/^## /m).find((text) => text.startsWith("Top level")) ?? "");
    for (const field of Object.keys(document)) expect(top, field).include(field);
  });

  for (const [field, value] of Object.entries(document)) {
    if (typeof value !== "object") continue;
    it(`names every field within ${field}`, () => {
      const named = fieldsIn(chapter(field));
      for (const name of namesWithin(value)) expect(named, name).include(name);
    });
  }

  it("lists exactly the measurements there are, with their units", () => {
    const table = page.slice(page.search(/^\| name +\| unit +\|$/m));
    const listed = [...table.matchAll(/^\| (`.*`) +\| (\S+) +\|$/gm)].flatMap(([, names, unit]) =>
      [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => `${name} ${unit}`),
    );
    const ids = new RegExp(`^layers\\.(${document.layers.map(({ id }) => id).join("|")})\\.`);
    const measured = judgeRun(document).map(
      ({ name, unit }) =>
        `${name.replace(ids, "layers.<id>.").replace(/^timing\.steps\..*\.seconds$/, "timing.steps.<step>.seconds")} ${unit}`,
    );
    expect(new Set(listed)).deep.equal(new Set(measured));
  });
});
