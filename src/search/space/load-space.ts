import { existsSync } from "node:fs";
import { isNasError } from "../../base/errors.js";
import { type Located, parseJson, readJson } from "../../base/schema/json-format.js";
import { searchSpace, searchSpaces } from "./presets.js";
import { defineSpace, type SearchSpace } from "./space.js";
import { spaceFormat } from "./space-schema.js";

/**
 * A space by the name of one that comes with nas4cim, or from a file of format "nas4cim-search-space".
 * @throws NAS_SEARCH_SPACE where the name is unknown, naming the nearest, or the file breaks its format, naming the place
 */
export function loadSpace(nameOrPath: string): SearchSpace {
  const isFile = !Object.hasOwn(searchSpaces, nameOrPath) && (nameOrPath.endsWith(".json") || existsSync(nameOrPath));
  return isFile ? define(readJson(spaceFormat, nameOrPath)) : searchSpace(nameOrPath);
}

/** Reads the text of a space's file; `origin` names it in errors. @throws NAS_SEARCH_SPACE */
export function parseSpace(text: string, origin: string): SearchSpace {
  return define(parseJson(spaceFormat, text, origin));
}

type SpaceFile = ReturnType<(typeof spaceFormat.schema)["parse"]>;

/** What no schema tells: parts that contradict each other. */
function define({ value, fail }: Located<SpaceFile>): SearchSpace {
  const { format: _format, version: _version, ...space } = value;
  try {
    return defineSpace(space);
  } catch (error) {
    if (!isNasError(error, "NAS_SEARCH_SPACE")) throw error;
    const { hint, context } = error;
    return fail([String(context.where)], error.message, { hint, cause: error });
  }
}
