import { NasError } from "../base/errors.js";
import { selectionCounts } from "../data/select-images.js";
import { unknownValue } from "./usage-error.js";

type SelectionName = keyof typeof selectionCounts;

/** Reads an option's value as a whole number from `low` to `high`, or throws NAS_CLI_USAGE. */
export function wholeNumber(option: string, low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= low && value <= high) return value;
    throw new NasError("NAS_CLI_USAGE", `${option} is "${text}"`, {
      hint: `give a whole number from ${low} to ${high}`,
      context: { option, value: text, low, high },
    });
  };
}

/** Reads an option's value as a number above 0, or at least `least` where one is given, or throws NAS_CLI_USAGE. */
export function positiveNumber(option: string, least?: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    const isLarge = least === undefined ? value > 0 : value >= least;
    if (/^[\d.]+(e[+-]?\d+)?$/i.test(text) && Number.isFinite(value) && isLarge) return value;
    throw new NasError("NAS_CLI_USAGE", `${option} is "${text}"`, {
      hint: least === undefined ? "give a number above 0" : `give a number of at least ${least}`,
      context: { option, value: text },
    });
  };
}

/** Reads the value of --images: a named selection or a number of images, at least 1. */
export function imageSelection(text: string): SelectionName | number {
  if (Object.hasOwn(selectionCounts, text)) return text as SelectionName;
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count >= 1) return count;
  throw unknownValue("--images", text, [...Object.keys(selectionCounts), "a number from 1 on"]);
}

/** Reads a value that must be one of a list, or throws NAS_CLI_USAGE with the nearest. */
export function oneOf<T extends string>(option: string, known: readonly T[]): (text: string) => T {
  return (text) => {
    const found = known.find((value) => value === text);
    if (found === undefined) throw unknownValue(option, text, known);
    return found;
  };
}
