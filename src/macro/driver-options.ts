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
    if (Object.hasOwn(table, key)) continue;
    const nearest = nearestName(key, Object.keys(table));
    fail(
      `unknown option "${key}"`,
      nearest ? `did you mean "${nearest}"?` : `known options: ${Object.keys(table).join(", ")}`,
      { option: key },
    );
  }
  const values: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(table)) {
    // Only what is left out has the default: null is a value, and a wrong one.
    const given = Object.hasOwn(options, key) ? options[key] : undefined;
    const value = given === undefined ? entry.default : given;
    values[key] = value;
    if (value === undefined) continue;
    if (!isOfKind(value, entry.kind))
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

function isOfKind(value: unknown, kind: keyof OptionTypes): boolean {
  if (kind === "integer") return Number.isSafeInteger(value);
  if (kind === "number") return Number.isFinite(value);
  return typeof value === kind;
}
