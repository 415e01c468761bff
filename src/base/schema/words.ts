import type { JsonPath } from "./place.js";

const mostShown = 60;

/** macros.ideal.driver, nodes[2].kernel; a key that is no plain word stands in brackets. "the file" for the whole. */
export function pathText(path: JsonPath): string {
  if (path.length === 0) return "the file";
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    if (key.length > mostShown || !/^[\w$-]+$/.test(key)) return `${text}[${shown(key)}]`;
    return text === "" ? key : `${text}.${key}`;
  }, "");
}

/** A value as JSON, cut where it is long; lists and texts too long to show tell their length. */
export function shown(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (typeof value === "string" && value.length > mostShown)
    return `${JSON.stringify(`${value.slice(0, mostShown)}…`)} (${value.length} characters)`;
  if (Array.isArray(value) && value.length > mostShown) return `a list of ${value.length} entries`;
  const text = JSON.stringify(value);
  return text.length <= mostShown ? text : `${text.slice(0, mostShown)}…`;
}
