import { expect } from "chai";
import fc from "fast-check";
import { isNasError } from "../../src/base/errors.js";

/** Texts near `text`, which is JSON: a value anywhere replaced, taken away, renamed or doubled; or a few characters changed. */
export function mutationsOf(text: string): fc.Arbitrary<string> {
  const places = pathsOf(JSON.parse(text) as unknown);
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>(-1, 0, 0.5, 1e300, "", "x".repeat(20_000), [], {}, null, { toString: [] }),
  );
  const changed = fc
    .tuple(fc.constantFrom(...places), value, fc.constantFrom("replace", "remove", "rename", "add"))
    .map(([path, put, how]) => JSON.stringify(withChange(JSON.parse(text) as unknown, path, how, put), undefined, 2));
  const fragments = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
    "\\",
    "\\u12",
    "\u0001",
    "/",
    "-",
    "1e999",
    "null",
    "\n",
    "\uFEFF",
  ];
  const spliced = fc
    .tuple(fc.nat(text.length), fc.nat(4), fc.constantFrom("", ...fragments))
    .map(([start, cut, put]) => text.slice(0, start) + put + text.slice(start + cut));
  const doubled = fc.nat(text.length).map((start) => text.slice(0, start) + text.slice(Math.floor(start / 2)));
  return fc.oneof({ weight: 4, arbitrary: changed }, { weight: 2, arbitrary: spliced }, doubled);
}

/** `read` must give a value, or a NasError that names file, line and column; `file` is the name it gives the text. */
export function expectLocatedErrors(text: string, file: string, read: (text: string) => unknown): void {
  try {
    read(text);
  } catch (error) {
    if (!isNasError(error)) throw error;
    expect(error.context, error.message).to.include({ file });
    const { line, column } = error.context as { line: number; column: number };
    const lines = text.split("\n");
    expect(line, error.message).to.be.within(1, lines.length);
    expect(column, error.message).to.be.within(1, lines[line - 1].length + 1);
    expect(error.message.length).to.be.below(20_000);
    expect(error.hint).to.not.equal("");
  }
}

type Path = readonly string[];

/** Every place of a JSON value, as the keys that lead there. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (value === null || typeof value !== "object") return [path];
  const inner = Object.entries(value).flatMap(([key, member]) => pathsOf(member, [...path, key]));
  return [path, ...inner];
}

function withChange(whole: unknown, path: Path, how: string, put: unknown): unknown {
  const last = path.at(-1);
  if (last === undefined) return put;
  const owner = path.slice(0, -1).reduce((at, key) => (at as Record<string, unknown>)[key], whole);
  const members = owner as Record<string, unknown>;
  const old = members[last];
  if (how === "replace") members[last] = put;
  else if (how === "add") members[`${last}x`] = put;
  else if (Array.isArray(owner)) owner.splice(Number(last), 1);
  else delete members[last];
  if (how === "rename" && !Array.isArray(owner)) members[last.slice(1)] = old;
  return whole;
}
