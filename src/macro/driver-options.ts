import { isNasError, NasError } from "../base/errors.js";
import { maxTextLength } from "../base/schema/strict-json.js";
import { checkJson, everyFault, type JsonFormat } from "../base/schema/json-format.js";
import { z } from "../base/schema/zod.js";

/** Kinds of value that a driver's option can be declared as. */
interface OptionTypes {
  string: string;
  number: number;
  integer: number;
  boolean: boolean;
}

/** One option. */
export interface OptionEntry {
  kind: keyof OptionTypes;
  /** One line for a person; it stands in the driver's JSON Schema. */
  description?: string;
  /** What holds where the option is left out. */
  default?: string | number | boolean;
  /** Whether it may not be left out; without this and a default its value is then undefined. */
  required?: true;
  /** The texts that it may have. */
  oneOf?: readonly string[];
  /** Bounds of a number, inclusive. */
  min?: number;
  max?: number;
}

/** Declares a driver's options by name, as plain data: a driver needs no schema library, nor the version of ours. */
export type OptionTable = Record<string, OptionEntry>;

export type OptionValues<T extends OptionTable> = {
  [K in keyof T]:
    OptionTypes[T[K]["kind"]] | (T[K] extends { default: unknown } | { required: true } ? never : undefined);
};

/**
 * Reads a driver's options strictly against its table.
 * @throws NAS_MACRO_DRIVER_OPTIONS for an unknown key (with the nearest known one), a wrong kind, a value out of range or a
 * required option that is missing; `context.option` names the first
 */
export function readDriverOptions<T extends OptionTable>(
  driver: string,
  options: Readonly<Record<string, unknown>>,
  table: T,
): OptionValues<T> {
  try {
    const { value } = checkJson(driverOptionsFormat(driver, table), options, `driver "${driver}"`);
    // An option without value and default is undefined, and there.
    return Object.fromEntries(Object.keys(table).map((key) => [key, value[key]])) as OptionValues<T>;
  } catch (error) {
    if (!isNasError(error)) throw error;
    const { file: _origin, key: option, ...context } = error.context;
    throw new NasError(error.code, error.message, { hint: error.hint, context: { driver, option, ...context } });
  }
}

/** A driver's options as a format, from which its JSON Schema is written. */
export function driverOptionsFormat(driver: string, table: OptionTable): JsonFormat<Record<string, unknown>> {
  const fields = Object.entries(table).map(([key, entry]) => [key, fieldOf(entry)] as const);
  return {
    name: `options of ${driver}`,
    schema: z.strictObject(Object.fromEntries(fields)),
    codes: everyFault("NAS_MACRO_DRIVER_OPTIONS"),
    hints: { unreadable: "give the options in bench.config.json", invalid: "correct them in bench.config.json" },
  };
}

function fieldOf(entry: OptionEntry): z.ZodType {
  const kind = kindOf(entry);
  const field = entry.description === undefined ? kind : kind.describe(entry.description);
  if (entry.default !== undefined) return field.default(entry.default);
  return entry.required === true ? field : field.optional();
}

function kindOf({ kind, oneOf, min = -Infinity, max = Infinity }: OptionEntry): z.ZodType {
  switch (kind) {
    case "string":
      return oneOf === undefined ? z.string().max(maxTextLength) : z.enum(oneOf as [string, ...string[]]);
    case "boolean":
      return z.boolean();
    case "number":
      return bounded(z.number(), min, max);
    case "integer":
      return bounded(z.int(), min, max);
  }
}

function bounded(number: z.ZodNumber, min: number, max: number): z.ZodType {
  const from = Number.isFinite(min) ? number.min(min) : number;
  return Number.isFinite(max) ? from.max(max) : from;
}
