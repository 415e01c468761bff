import type { z } from "zod";
import { toJSONSchema } from "zod";
import type { JsonPath } from "./place.js";

/** What this project uses of JSON Schema, draft 2020-12. */
export interface JsonSchema {
  title?: string;
  description?: string;
  type?: "object" | "array" | "string" | "number" | "integer" | "boolean" | "null";
  const?: unknown;
  enum?: readonly unknown[];
  default?: unknown;
  properties?: Readonly<Record<string, JsonSchema>>;
  required?: readonly string[];
  additionalProperties?: JsonSchema | boolean;
  propertyNames?: JsonSchema;
  items?: JsonSchema | boolean;
  prefixItems?: readonly JsonSchema[];
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  anyOf?: readonly JsonSchema[];
  oneOf?: readonly JsonSchema[];
  allOf?: readonly JsonSchema[];
}

/** A schema as JSON Schema, as a person may write it: what has a default may be left out. */
export function toJsonSchema(schema: z.ZodType, title?: string): JsonSchema {
  const json = toJSONSchema(schema, { io: "input" }) as JsonSchema;
  return title === undefined ? json : { ...json, title };
}

/** The alternatives of a schema, nested ones included; itself where it has none. */
export function branchesOf(schema: JsonSchema): JsonSchema[] {
  const inner = schema.anyOf ?? schema.oneOf;
  return inner === undefined ? [schema] : inner.flatMap(branchesOf);
}

/** The schema of what stands at `path` below `value`; of alternatives the one whose constants the value has, else all. */
export function schemaAt(root: JsonSchema, path: JsonPath, value: unknown): JsonSchema {
  let [schema, found] = [root, value];
  for (const key of path) {
    const steps = branchesFor(schema, found).flatMap((branch) => step(branch, key) ?? []);
    schema = steps.length === 1 ? steps[0] : { anyOf: steps };
    found = memberOf(found, key);
  }
  return schema;
}

/** Keys that the schema allows in an object such as `value`. */
export function knownKeys(schema: JsonSchema, value: unknown): string[] {
  const keys = branchesFor(schema, value).flatMap(({ properties }) => Object.keys(properties ?? {}));
  return [...new Set(keys)];
}

/** Values that a schema names one by one. */
export function choicesOf(schema: JsonSchema): unknown[] {
  const choices = branchesOf(schema).flatMap((branch) =>
    "const" in branch ? [branch.const] : ((branch.enum ?? []) as unknown[]),
  );
  return [...new Set(choices)];
}

function branchesFor(schema: JsonSchema, value: unknown): JsonSchema[] {
  const branches = branchesOf(schema);
  const matching = branches.filter(({ properties = {} }) => {
    const constants = Object.entries(properties).filter(([, member]) => "const" in member);
    return constants.length > 0 && constants.every(([key, member]) => member.const === memberOf(value, key));
  });
  return matching.length > 0 ? matching : branches;
}

function step(schema: JsonSchema, key: string | number): JsonSchema | undefined {
  if (typeof key === "number") {
    const item = schema.prefixItems?.[key] ?? schema.items;
    return typeof item === "object" ? item : undefined;
  }
  if (schema.properties !== undefined && Object.hasOwn(schema.properties, key)) return schema.properties[key];
  return typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
}

/** The member that JSON gives a value under a key; never an inherited one. */
export function memberOf(value: unknown, key: string | number): unknown {
  if (value === null || typeof value !== "object" || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string | number, unknown>)[key];
}
