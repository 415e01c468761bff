import { NasError } from "../base/errors.js";
import { nearestName } from "../base/nearest.js";

/** Kinds of value that a driver's option can be declared as. */
interface OptionTypes {
  string: string;
  number: number;
  integer: number;
  boolean: boolean;
}

/** Declares a driver's options by name: kind, and default where it is not required. */
export type OptionTable = Record<
  string,
  {
    kind: keyof OptionTypes;
    default?: string | number | boolean;
    oneOf?: readonly string[];
    min?: number;
    max?: number;
  }
>;

export type OptionValues<T extends OptionTable> = {
  [K in keyof T]: OptionTypes[T[K]["kind"]] | (T[K] extends { default: unknown } ? never : undefined);
};

/**
 * Reads a driver's options strictly against its table.
 * @throws NAS_MACRO_DRIVER_OPTIONS for an unknown key (with the nearest known one), a wrong kind or a value out of range.
 */
export function readDriverOptions<T extends OptionTable>(
  driver: string,
  options: Readonly<Record<string, unknown>>,
  table: T,
): OptionValues<T> {
  const fail = (message: string, hint: string, context: Record<string, unknown>): never => {
    throw new NasError("NAS_MACRO_DRIVER_OPTIONS", `driver "${driver}": ${message}`, {
      hint,
      context: { driver, ...context },
    });
  };
  for (const key of Object.keys(options)) {
    if (key in table) continue;
    const nearest = nearestName(key, Object.keys(table));
    fail(
      `unknown option "${key}"`,
      nearest ? `did you mean "${nearest}"?` : `known options: ${Object.keys(table).join(", ")}`,
      { option: key },
    );
  }
  const values: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(table)) {
    const value = options[key] ?? entry.default;
    values[key] = value;
    if (value === undefined) continue;
    const kindMatches =
      entry.kind === "integer" ? Number.isSafeInteger(value) : typeof value === entry.kind && !Number.isNaN(value);
    if (!kindMatches)
      fail(`option "${key}" is ${JSON.stringify(value)}, wanted: ${entry.kind}`, "correct it in bench.config.json", {
        option: key,
        value,
      });
    if (entry.oneOf && !entry.oneOf.includes(value as string)) {
      fail(`option "${key}" is ${JSON.stringify(value)}`, `use one of ${entry.oneOf.join(", ")}`, {
        option: key,
        value,
      });
    }
    const number = value as number;
    if ((entry.min !== undefined && number < entry.min) || (entry.max !== undefined && number > entry.max)) {
      fail(`option "${key}" is ${number}`, `use a value from ${entry.min ?? "-∞"} to ${entry.max ?? "∞"}`, {
        option: key,
        value,
      });
    }
  }
  return values as OptionValues<T>;
}
