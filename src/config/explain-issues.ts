import type { z } from "zod";
import type { ErrorCode } from "../base/errors.js";
import { nearestName } from "../base/nearest.js";

/** One thing wrong with a config, in a person's words. */
export interface ConfigProblem {
  code: Extract<ErrorCode, "NAS_CONFIG_UNKNOWN_KEY" | "NAS_CONFIG_INVALID">;
  /** Path of the key, such as macros.ideal.driver; "" for the whole. */
  key: string;
  message: string;
  hint: string;
}

type Path = readonly PropertyKey[];

/**
 * What zod found, as problems: unknown keys first, because a misspelt key shows as a missing one too. `value` is the JSON
 * that was checked, `schema` its JSON Schema.
 */
export function explainIssues(
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  schema: Record<string, unknown>,
): ConfigProblem[] {
  const problems = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => unknownKey([...issue.path, key], knownKeys(schema, issue.path)))
      : [invalid(issue, value)],
  );
  const isUnknown = (problem: ConfigProblem) => problem.code === "NAS_CONFIG_UNKNOWN_KEY";
  return [...problems.filter(isUnknown), ...problems.filter((problem) => !isUnknown(problem))];
}

function unknownKey(path: Path, known: string[]): ConfigProblem {
  const nearest = nearestName(String(path.at(-1)), known);
  return {
    code: "NAS_CONFIG_UNKNOWN_KEY",
    key: pathText(path),
    message: `${pathText(path)} is no known key`,
    hint: nearest === undefined ? `known here: ${known.join(", ")}` : `did you mean "${nearest}"?`,
  };
}

function invalid(issue: z.core.$ZodIssue, value: unknown): ConfigProblem {
  const key = pathText(issue.path);
  const found = valueAt(value, issue.path);
  const name = key === "" ? "the file" : key;
  const wanted = expectation(issue);
  const problem = { code: "NAS_CONFIG_INVALID", key } as const;
  if (issue.code === "invalid_key") {
    const rule = issue.issues.map(({ message }) => message).join(", ");
    return { ...problem, message: `${name} is no usable name`, hint: `make it of ${rule}` };
  }
  if (issue.code === "custom") return { ...problem, message: `${name} ${issue.message}`, hint: `correct ${name}` };
  if (found === undefined) return { ...problem, message: `${name} is missing`, hint: `add ${name}: ${wanted}` };
  const nearest = typeof found === "string" ? nearestName(found, choices(issue).map(String)) : undefined;
  return {
    ...problem,
    message: `${name} is ${shown(found)}, expected ${wanted}`,
    hint: nearest === undefined ? `give ${name} ${wanted}` : `did you mean "${nearest}"?`,
  };
}

const articles: Record<string, string> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  object: "an object in braces",
  record: "an object in braces",
};

/** What an issue wants to see, as the object of "expected". */
function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return articles[issue.expected] ?? `a value of type ${issue.expected}`;
    case "invalid_value":
      return `one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return issue.origin === "string" ? "a text that is not empty" : `at least ${issue.minimum}`;
    case "too_big":
      return `at most ${issue.maximum}`;
    case "invalid_union":
      return issue.errors.map(([first]) => expectation(first)).join(" or ");
    case "invalid_key":
    case "invalid_element":
    case "invalid_format":
    case "not_multiple_of":
    case "unrecognized_keys":
    case "custom":
      return issue.message;
  }
}

function choices(issue: z.core.$ZodIssue): readonly unknown[] {
  if (issue.code === "invalid_value") return issue.values;
  if (issue.code === "invalid_union") return issue.errors.flatMap(([first]) => choices(first));
  return [];
}

/** macros.ideal.driver; a key that is no plain word stands in brackets. */
function pathText(path: Path): string {
  return path.reduce<string>((text, key) => {
    const name = String(key);
    if (!/^[\w$-]+$/.test(name)) return `${text}[${JSON.stringify(name)}]`;
    return text === "" ? name : `${text}.${name}`;
  }, "");
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

const mostShown = 60;

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length <= mostShown ? text : `${text.slice(0, mostShown)}…`;
}

/** The keys that the JSON Schema allows in the object at `path`. */
function knownKeys(schema: Record<string, unknown>, path: Path): string[] {
  const inner = path.reduce((part, key) => {
    const properties = part.properties as Record<string, Record<string, unknown>> | undefined;
    return properties?.[String(key)] ?? (part.additionalProperties as Record<string, unknown>);
  }, schema);
  return Object.keys(inner.properties as Record<string, unknown>);
}
