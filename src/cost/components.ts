import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { packageRoot } from "../base/paths.js";
import { checkJson, type Located, parseJsonBytes, readJson } from "../base/schema/json-format.js";
import { maxTextBytes, readBytes } from "../base/schema/read-bytes.js";
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
  const path = pathOf(nameOrPath, ".");
  return complete(readJson(componentsFormat, path), dirname(path), 1);
}

/** Reads the parsed content of a components file; `file` names it in errors. */
export function parseComponents(raw: unknown, file: string): Components {
  return complete(checkJson(componentsFormat, raw, file), ".", 1);
}

function pathOf(nameOrPath: string, folder: string): string {
  const shipped = join(packageRoot(), "fixtures", "cost", "components", `${nameOrPath}.json`);
  return existsSync(shipped) ? shipped : resolve(folder, nameOrPath);
}

function complete(file: Located<ComponentsFile>, folder: string, chain: number): Components {
  const { format: _format, version: _version, extends: base, dacs, adcs, ...sections } = file.value;
  const inherited = base === undefined ? undefined : readBase(base, file, folder, chain);
  // The schema wants every section of a file that extends none.
  return {
    ...inherited,
    ...sections,
    dacs: mergedById(inherited?.dacs, dacs?.parts),
    adcs: mergedById(inherited?.adcs, adcs?.parts),
  } as Components;
}

/** What `file`, number `chain` of those that extend each other, extends. */
function readBase(base: string, { fail }: Located<ComponentsFile>, folder: string, chain: number): Components {
  const hint = "name a shipped file (mnsim-2.0, physical), or another one by its path from this file";
  const refuse = (why: string) => fail(["extends"], `extends is "${base}": ${why}`, { hint });
  if (chain === longestChain) refuse(`this is file number ${chain} of a chain`);
  const path = pathOf(base, folder);
  const read = readBytes(path, maxTextBytes);
  if (!("bytes" in read)) return refuse(read.why);
  return complete(parseJsonBytes(componentsFormat, read.bytes, path), dirname(path), chain + 1);
}

function mergedById(inherited: readonly ConverterComponent[] = [], own: readonly ConverterComponent[] = []) {
  const changed = new Set(own.map(({ id }) => id));
  return [...inherited.filter(({ id }) => !changed.has(id)), ...own];
}
