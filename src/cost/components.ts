import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { packageRoot } from "../base/paths.js";
import { checkJson, type Located, readJson } from "../base/schema/json-format.js";
import type { z } from "../base/schema/zod.js";
import { type ComponentsFile, componentsFormat, type componentSections } from "./components-schema.js";

/** A section's numbers; what it says of its source and technology is for people. */
type Section<Name extends keyof typeof componentSections> = z.output<(typeof componentSections)[Name]>;

/** The numbers of the parts that an accelerator is built of: a components file with what it extends filled in. */
export interface Components extends Omit<{ [Name in keyof typeof componentSections]: Section<Name> }, "dacs" | "adcs"> {
  name: string;
  source: string;
  dacs: ConverterComponent[];
  adcs: ConverterComponent[];
}

/** One DAC or ADC: what one conversion takes. */
export type ConverterComponent = Section<"dacs">["parts"][number];

export type MultiplexerComponent = Section<"multiplexers">;
export type SramComponent = Section<"sram">["parts"][number];

/** A file that extends a chain longer than this extends itself. */
const longestChain = 8;

/**
 * Reads a components file by the name of a shipped one (fixtures/cost/components) or by its path. A file with "extends" gives
 * only the sections that it changes; DACs and ADCs are added to those of the file it extends, by id.
 * @throws NAS_COST_COMPONENTS where a number is missing, out of range or contradicts another, or a key is unknown
 */
export function readComponents(nameOrPath: string): Components {
  return readFrom(nameOrPath, ".", 1);
}

/** Reads the parsed content of a components file; `file` names it in errors. */
export function parseComponents(raw: unknown, file: string): Components {
  return complete(checkJson(componentsFormat, raw, file), ".", 1);
}

function readFrom(nameOrPath: string, folder: string, chain: number): Components {
  const shipped = join(packageRoot(), "fixtures", "cost", "components", `${nameOrPath}.json`);
  const path = existsSync(shipped) ? shipped : resolve(folder, nameOrPath);
  return complete(readJson(componentsFormat, path), dirname(path), chain);
}

function complete({ value, fail }: Located<ComponentsFile>, folder: string, chain: number): Components {
  const { format: _format, version: _version, extends: base, dacs, adcs, ...sections } = value;
  if (base !== undefined && chain === longestChain)
    fail(["extends"], `extends is "${base}", file number ${chain} of a chain`, { hint: "let no file extend itself" });
  const inherited = base === undefined ? undefined : readFrom(base, folder, chain + 1);
  // The schema wants every section of a file that extends none.
  return {
    ...inherited,
    ...sections,
    dacs: mergedById(inherited?.dacs, dacs?.parts),
    adcs: mergedById(inherited?.adcs, adcs?.parts),
  } as Components;
}

function mergedById(inherited: readonly ConverterComponent[] = [], own: readonly ConverterComponent[] = []) {
  const changed = new Set(own.map(({ id }) => id));
  return [...inherited.filter(({ id }) => !changed.has(id)), ...own];
}
