import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/base/paths.js";

/** Expects that a page of docs names every field of a document, at every depth, as code; keys of `open` objects aside. */
export function expectNamesFields(page: string, document: unknown, open: readonly string[] = []): void {
  const text = readFileSync(join(packageRoot(), "docs", page), "utf8");
  const named = new Set([...text.matchAll(/`([^`\n]+)`/g)].flatMap(([, code]) => code.split(/[^A-Za-z0-9]+/)));
  for (const name of namesWithin(document, open)) expect(named, name).to.include(name);
}

/** The names of all fields within a value; lists count by their first entry. */
function namesWithin(value: unknown, open: readonly string[]): string[] {
  if (Array.isArray(value)) return namesWithin(value[0], open);
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, member]) => [
    name,
    ...(open.includes(name) ? [] : namesWithin(member, open)),
  ]);
}
