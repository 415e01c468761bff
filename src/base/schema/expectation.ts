import { branchesOf, choicesOf, type JsonSchema } from "./json-schema.js";

/** What a schema wants, as the object of "expected": "a whole number from 1 to 31". */
export function expectationOf(schema: JsonSchema): string {
  const branches = branchesOf(schema);
  if (branches.length > 1 && branches.every((branch) => "const" in branch)) return oneOf(choicesOf(schema));
  return [...new Set(branches.map(branchInWords))].join(" or ");
}

function branchInWords(schema: JsonSchema): string {
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return oneOf(schema.enum);
  switch (schema.type) {
    case "integer":
      return `a whole number${range(schema)}`;
    case "number":
      return `a number${range(schema)}`;
    case "string":
      return textInWords(schema);
    case "boolean":
      return "true or false";
    case "null":
      return "null";
    case "array":
      return `a list in brackets${entries(schema)}`;
    case "object":
      return "an object in braces";
    case undefined:
      return schema.description ?? "another value";
  }
}

function oneOf(choices: readonly unknown[]): string {
  return `one of ${choices.map(String).join(", ")}`;
}

function textInWords({ minLength = 0, maxLength, pattern }: JsonSchema): string {
  if (pattern !== undefined) return `a text of the form ${pattern}`;
  if (maxLength === undefined) return minLength > 0 ? "a text that is not empty" : "a text";
  return `a text of ${minLength} to ${maxLength} characters`;
}

/** zod states these of every whole number: they are JavaScript's, not ours. */
const isSafeBound = (bound: number | undefined) => bound !== undefined && Math.abs(bound) === Number.MAX_SAFE_INTEGER;

function range({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  const low = isSafeBound(minimum) ? undefined : minimum;
  const high = isSafeBound(maximum) ? undefined : maximum;
  if (exclusiveMinimum !== undefined) {
    if (exclusiveMaximum !== undefined) return ` above ${exclusiveMinimum} and below ${exclusiveMaximum}`;
    return ` above ${exclusiveMinimum}${high === undefined ? "" : ` up to ${high}`}`;
  }
  if (exclusiveMaximum !== undefined)
    return low === undefined ? ` below ${exclusiveMaximum}` : ` from ${low} to below ${exclusiveMaximum}`;
  if (low === undefined) return high === undefined ? "" : ` up to ${high}`;
  return high === undefined ? ` of at least ${low}` : ` from ${low} to ${high}`;
}

function entries({ minItems = 0, maxItems }: JsonSchema): string {
  if (minItems === maxItems) return ` of ${minItems} ${minItems === 1 ? "entry" : "entries"}`;
  if (maxItems === undefined)
    return minItems === 0 ? "" : ` that ${minItems === 1 ? "is not empty" : `has ${minItems} entries or more`}`;
  return ` of ${minItems} to ${maxItems} entries`;
}
