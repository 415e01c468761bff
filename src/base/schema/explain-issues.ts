import type { z } from "zod";
import { nearestName } from "../nearest.js";
import { expectationOf } from "./expectation.js";
import { choicesOf, type JsonSchema, knownKeys, memberOf, schemaAt } from "./json-schema.js";
import type { JsonPath } from "./place.js";
import { pathText, shown } from "./words.js";

/** One thing wrong with a value, in a person's words. */
export interface Problem {
  kind: "unknown-key" | "invalid";
  path: JsonPath;
  message: string;
  hint: string;
}

/** What a room's own check may say of a fault beside its message: `ctx.addIssue({ code: "custom", params: { hint } })`. */
export interface CustomParams {
  hint: string;
}

/**
 * What zod found, as problems: another format or version alone where that is it, since all else follows from it; else unknown
 * keys first, because a misspelt key shows as a missing one too. `schema` is the JSON Schema that `value` was checked by.
 */
export function explainIssues(issues: readonly z.core.$ZodIssue[], value: unknown, schema: JsonSchema): Problem[] {
  const problems = issues.flatMap((issue) => explainIssue(issue, value, schema));
  const isForeign = ({ path: [key, ...more] }: Problem) =>
    more.length === 0 && (key === "format" || key === "version") && memberOf(value, key) !== undefined;
  const foreign = problems.filter(isForeign);
  if (foreign.length > 0) return foreign;
  const isUnknown = ({ kind }: Problem) => kind === "unknown-key";
  return [...problems.filter(isUnknown), ...problems.filter((problem) => !isUnknown(problem))];
}

function explainIssue(issue: z.core.$ZodIssue, value: unknown, schema: JsonSchema): Problem[] {
  const path = issue.path as JsonPath;
  const found = path.reduce<unknown>(memberOf, value);
  const here = schemaAt(schema, path, value);
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => unknownKey([...path, key], knownKeys(here, found)));
  if (issue.code === "invalid_key") return [badName(path, issue.issues)];
  return [issue.code === "custom" ? custom(path, issue) : invalid(path, found, here)];
}

function unknownKey(path: JsonPath, known: readonly string[]): Problem {
  const nearest = nearestName(String(path.at(-1)), known);
  const hint = nearest === undefined ? `known here: ${known.join(", ")}` : `did you mean "${nearest}"?`;
  return { kind: "unknown-key", path, message: `${pathText(path)} is no known key`, hint };
}

function badName(path: JsonPath, issues: readonly z.core.$ZodIssue[]): Problem {
  const rule = issues.map(({ message }) => message).join(", ");
  return { kind: "invalid", path, message: `${pathText(path)} is no usable name`, hint: `make it of ${rule}` };
}

function custom(path: JsonPath, issue: z.core.$ZodIssueCustom): Problem {
  const name = pathText(path);
  const { hint = `correct ${name}` } = (issue.params ?? {}) as Partial<CustomParams>;
  return { kind: "invalid", path, message: path.length === 0 ? issue.message : `${name} ${issue.message}`, hint };
}

function invalid(path: JsonPath, found: unknown, schema: JsonSchema): Problem {
  const name = pathText(path);
  const wanted = expectationOf(schema);
  if (found === undefined)
    return { kind: "invalid", path, message: `${name} is missing`, hint: `add ${name}: ${wanted}` };
  const nearest = typeof found === "string" ? nearestName(found, choicesOf(schema).map(String)) : undefined;
  return {
    kind: "invalid",
    path,
    message: `${name} is ${shown(found)}, expected ${wanted}`,
    hint: nearest === undefined ? `give ${name} ${wanted}` : `did you mean "${nearest}"?`,
  };
}
