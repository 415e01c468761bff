import { NasError } from "../../base/errors.js";
import { nearestName } from "../../base/nearest.js";

/** Where in which recipe file a value stands. */
export interface Place {
  origin: string;
  path: string;
}

/** Checks one value and gives it typed. */
export type Check<T> = (value: unknown, place: Place) => T;

/** @throws NAS_TRAIN_RECIPE: where, what is wrong with it, what to do. */
export function fail(place: Place, what: string, hint: string, context: Record<string, unknown> = {}): never {
  const where = place.path === "" ? place.origin : `${place.origin}: ${place.path}`;
  throw new NasError("NAS_TRAIN_RECIPE", `${where} ${what}`, {
    hint,
    context: { file: place.origin, key: place.path, ...context },
  });
}

/** An object with these keys and no others; all are wanted but the optional ones. */
export function object<T extends object>(
  members: { [K in keyof T]-?: Check<T[K]> },
  optional: readonly (keyof T)[] = [],
): Check<T> {
  return (value, place) => {
    if (value === null || typeof value !== "object" || Array.isArray(value)) {
      return fail(place, `is ${JSON.stringify(value)}, not an object`, "write an object in braces");
    }
    const known = Object.keys(members);
    const at = (key: string): Place => ({ ...place, path: place.path === "" ? key : `${place.path}.${key}` });
    for (const key of Object.keys(value)) {
      if (known.includes(key)) continue;
      const near = nearestName(key, known);
      const hint = near ? `did you mean "${near}"?` : `known keys are ${known.join(", ")}`;
      fail(at(key), "is no key of a recipe", hint, { known });
    }
    const given = value as Record<string, unknown>;
    const checked: Record<string, unknown> = {};
    for (const key of known) {
      if (!Object.hasOwn(given, key)) {
        if (optional.includes(key as keyof T)) continue;
        fail(at(key), "is missing", "add it; a recipe has no hidden defaults");
      }
      checked[key] = (members as Record<string, Check<unknown>>)[key](given[key], at(key));
    }
    return checked as T;
  };
}

export function list<T>(element: Check<T>): Check<T[]> {
  return (value, place) => {
    if (!Array.isArray(value))
      return fail(place, `is ${JSON.stringify(value)}, not a list`, "write a list in brackets");
    return value.map((member, index) => element(member, { ...place, path: `${place.path}[${index}]` }));
  };
}

export function number(
  low: number,
  high: number,
  options: { integer?: boolean; aboveLow?: boolean } = {},
): Check<number> {
  return (value, place) => {
    const fits =
      typeof value === "number" &&
      (options.aboveLow ? value > low : value >= low) &&
      value <= high &&
      (!options.integer || Number.isInteger(value));
    if (fits) return value;
    const kind = options.integer ? "a whole number" : "a number";
    const from = options.aboveLow ? `above ${low}` : `from ${low}`;
    return fail(place, `is ${JSON.stringify(value)}`, `give ${kind} ${from} to ${high}`, { value, low, high });
  };
}

export const whole = (low: number, high: number) => number(low, high, { integer: true });

export function oneOf<const T extends string | number>(...choices: T[]): Check<T> {
  return (value, place) => {
    if (choices.includes(value as T)) return value as T;
    const near = typeof value === "string" ? nearestName(value, choices.map(String)) : undefined;
    const hint = near ? `did you mean "${near}"?` : `give one of ${choices.join(", ")}`;
    return fail(place, `is ${JSON.stringify(value)}`, hint, { value, choices });
  };
}

export const text: Check<string> = (value, place) =>
  typeof value === "string" && value !== "" ? value : fail(place, `is ${JSON.stringify(value)}`, "give a text");
