import { isUtf8 } from "node:buffer";
import type { z } from "zod";
import { type ErrorCode, NasError } from "../errors.js";
import { explainIssues, type Problem } from "./explain-issues.js";
import { type JsonSchema, toJsonSchema } from "./json-schema.js";
import { type JsonPath, type Place, placeAt, placeFinder } from "./place.js";
import { maxTextBytes, readBytes } from "./read-bytes.js";
import { parseStrictJson } from "./strict-json.js";
import { pathText } from "./words.js";

/** A kind of JSON file: what may stand in it, and how a fault is reported. */
export interface JsonFormat<T> {
  /** What a person calls it: "recipe". */
  name: string;
  schema: z.ZodType<T>;
  codes: FormatCodes;
  /** What to do where the file cannot be read, and where it is to be corrected in several places. */
  hints: { unreadable: string; invalid: string };
  /** Of the file; 4 MiB where left out. */
  maxBytes?: number;
}

export interface FormatCodes {
  unreadable: ErrorCode;
  notJson: ErrorCode;
  unknownKey: ErrorCode;
  invalid: ErrorCode;
}

/** One code for every fault of a format. */
export function everyFault(code: ErrorCode): FormatCodes {
  return { unreadable: code, notJson: code, unknownKey: code, invalid: code };
}

/** A value that was read and checked, and where its parts stand. */
export interface Located<T> {
  value: T;
  /** Where the value at a path stands; not there where the value stands in no text. */
  placeOf?: (path: JsonPath) => Place;
  /** Throws what is wrong at a path, with file, line and column; for checks that a schema cannot tell. */
  fail: (path: JsonPath, message: string, details: FailDetails) => never;
}

export interface FailDetails {
  hint: string;
  /** The format's `invalid` where left out. */
  code?: ErrorCode;
  context?: Record<string, unknown>;
  cause?: unknown;
}

/**
 * Reads a file of this format.
 * @throws the format's codes, with file, line, column and key in message and context: not readable, no strict JSON
 * (`parseStrictJson`), an unknown key with the nearest known one, a value that breaks the schema
 */
export function readJson<T>(format: JsonFormat<T>, path: string): Located<T> {
  const read = readBytes(path, format.maxBytes ?? maxTextBytes);
  if ("bytes" in read) return parseJsonBytes(format, read.bytes, path);
  throw new NasError(format.codes.unreadable, `cannot read the ${format.name} ${path}: ${read.why}`, {
    hint: format.hints.unreadable,
    context: { file: path },
    cause: read.cause,
  });
}

/** The same for a file's bytes, which must be UTF-8; `origin` names them in errors. */
export function parseJsonBytes<T>(format: JsonFormat<T>, bytes: Buffer, origin: string): Located<T> {
  if (isUtf8(bytes)) return parseJson(format, bytes.toString("utf8"), origin);
  throw new NasError(format.codes.notJson, `${origin} is no UTF-8 text`, {
    hint: "save it as UTF-8",
    context: { file: origin },
  });
}

/** The same for a text. */
export function parseJson<T>(format: JsonFormat<T>, marked: string, origin: string): Located<T> {
  // Some editors put a byte order mark first, which is no part of the JSON.
  const text = marked.replace(/^\uFEFF/, "");
  const strict = parseStrictJson(text);
  if ("value" in strict) return check(format, strict.value, origin, placeFinder(text));
  const { kind, offset, what, hint } = strict.fault;
  const place = placeAt(text, offset);
  const code = kind === "syntax" ? format.codes.notJson : format.codes.invalid;
  const message = kind === "syntax" ? `this is no JSON: ${what}` : `the file ${what}`;
  throw new NasError(code, `${at(origin, place)}: ${message}`, { hint, context: { file: origin, ...place } });
}

/** The same for a value that stands in no file: its faults have a key and no line. */
export function checkJson<T>(format: JsonFormat<T>, value: unknown, origin: string): Located<T> {
  return check(format, value, origin, undefined);
}

type PlaceFinder = ReturnType<typeof placeFinder>;

function check<T>(format: JsonFormat<T>, value: unknown, origin: string, find: PlaceFinder | undefined): Located<T> {
  const content = withoutSchemaAddress(value);
  const checked = format.schema.safeParse(content);
  if (!checked.success) {
    const problems = explainIssues(checked.error.issues, content, toJsonSchema(format.schema));
    throw failure(format, problems, origin, find);
  }
  const fail: Located<T>["fail"] = (path, message, { hint, code = format.codes.invalid, context, cause }) => {
    const place = find?.(path, "value");
    throw new NasError(code, `${at(origin, place)}: ${message}`, {
      hint,
      context: { file: origin, ...place, key: pathText(path), ...context },
      cause,
    });
  };
  return { value: checked.data, fail, ...(find && { placeOf: (path) => find(path, "value") }) };
}

/** `$schema` tells an editor where the JSON Schema is, and is no part of what the file says. */
function withoutSchemaAddress(value: unknown): unknown {
  if (value === null || typeof value !== "object" || !("$schema" in value)) return value;
  const { $schema: address, ...content } = value;
  return typeof address === "string" ? content : value;
}

/** More faults than a person corrects at once are counted only. */
const mostListed = 20;

function failure<T>(
  { codes, hints }: JsonFormat<T>,
  problems: readonly Problem[],
  origin: string,
  find: PlaceFinder | undefined,
): NasError {
  const located = problems.slice(0, mostListed).map((problem) => {
    const { kind, path, message, hint } = problem;
    const code = kind === "unknown-key" ? codes.unknownKey : codes.invalid;
    const place = find?.(path, kind === "unknown-key" ? "key" : "value");
    return { code, key: path.length === 0 ? "" : pathText(path), message, hint, place };
  });
  const [{ code, key, message, hint, place }] = located;
  const context = { file: origin, ...place, key };
  if (problems.length === 1) return new NasError(code, `${at(origin, place)}: ${message}`, { hint, context });
  const lines = located.map((problem) => `\n  - ${lineStart(problem.place)}${problem.message} (${problem.hint})`);
  const more = problems.length - located.length;
  if (more > 0) lines.push(`\n  - and ${more} more`);
  return new NasError(code, `${origin} has ${problems.length} faults:${lines.join("")}`, {
    hint: hints.invalid,
    context: {
      ...context,
      problems: located.map(({ place: where, ...problem }) => ({ ...problem, ...where })),
    },
  });
}

/** "bench.config.json:12:5", which terminals and editors take for an address. */
function at(origin: string, place: Place | undefined): string {
  return place === undefined ? origin : `${origin}:${place.line}:${place.column}`;
}

function lineStart(place: Place | undefined): string {
  return place === undefined ? "" : `line ${place.line}, column ${place.column}: `;
}

/** The format as JSON Schema, with the `$schema` that every file may have. */
export function formatJsonSchema<T>(format: JsonFormat<T>): JsonSchema {
  const json = toJsonSchema(format.schema, `nas4cim ${format.name}`);
  const address: JsonSchema = { type: "string", description: "Where an editor finds this schema." };
  return { ...json, properties: { $schema: address, ...json.properties } };
}
