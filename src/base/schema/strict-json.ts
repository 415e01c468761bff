import { type JSONVisitor, printParseErrorCode, visit } from "jsonc-parser";
import { describeSyntaxFault } from "./syntax-fault.js";

/** Deeper than any file of this project, and shallow enough for every recursive reader. */
export const maxDepth = 64;

/** Characters of one key or text: a command line or a summary is shorter, a hostile name is not. */
export const maxTextLength = 10_000;

/** The first thing that keeps a text from being strict JSON. */
export interface JsonFault {
  /** "syntax": no JSON at all; "content": JSON (RFC 8259) that this project does not read. */
  kind: "syntax" | "content";
  /** Where, in UTF-16 units from the start of the text. */
  offset: number;
  /** What is wrong there, and what to do. */
  what: string;
  hint: string;
}

/**
 * A text as JSON, read strictly: the grammar of RFC 8259, no key twice in an object, at most `maxDepth` levels and
 * `maxTextLength` characters a text. Time grows linearly with the text; nothing is built before the text has passed.
 */
export function parseStrictJson(text: string): { value: unknown } | { fault: JsonFault } {
  const fault = firstFault(text);
  // JSON.parse gives the value, because it alone treats a key such as "__proto__" as any other.
  return fault === undefined ? { value: JSON.parse(text) as unknown } : { fault };
}

/** Carries the fault out of the visitor; never leaves this file. */
class Found extends Error {
  readonly fault: JsonFault;

  constructor(fault: JsonFault) {
    super(fault.what);
    this.fault = fault;
  }
}

function firstFault(text: string): JsonFault | undefined {
  try {
    visit(text, strictVisitor(text), { disallowComments: true, allowTrailingComma: false });
    return undefined;
  } catch (error) {
    if (error instanceof Found) return error.fault;
    throw error;
  }
}

/** An open object's keys, or an open list. */
type Container = { keys: Set<string> } | { keys: undefined };

function strictVisitor(text: string): JSONVisitor {
  const open: Container[] = [];
  let expectsKey = false;
  const refuse = (offset: number, what: string, hint: string): never => {
    throw new Found({ kind: "content", offset, what, hint });
  };
  const enter = (container: Container, offset: number): void => {
    if (open.length === maxDepth)
      refuse(offset, `is nested deeper than ${maxDepth} levels`, "no file of nas4cim needs that many: correct it");
    open.push(container);
    expectsKey = container.keys !== undefined;
  };
  const leave = (): void => {
    open.pop();
    expectsKey = false;
  };
  const checkLength = (value: string, offset: number): void => {
    if (value.length > maxTextLength)
      refuse(offset, `has a text of ${value.length} characters`, `shorten it: at most ${maxTextLength} are read`);
  };
  return {
    onObjectBegin: (offset) => enter({ keys: new Set() }, offset),
    onArrayBegin: (offset) => enter({ keys: undefined }, offset),
    onObjectEnd: leave,
    onArrayEnd: leave,
    onObjectProperty: (key, offset) => {
      checkLength(key, offset);
      const keys = open.at(-1)?.keys;
      if (keys?.has(key)) refuse(offset, `has the key ${shortKey(key)} twice`, "keep one of the two");
      if (key === "__proto__") refuse(offset, "has a key __proto__", "take another name");
      keys?.add(key);
      expectsKey = false;
    },
    onLiteralValue: (value: unknown, offset) => {
      if (typeof value === "string") checkLength(value, offset);
    },
    onSeparator: (character) => {
      expectsKey = character === "," && open.at(-1)?.keys !== undefined;
    },
    onError: (code, offset) => {
      const { at, what } = describeSyntaxFault(text, printParseErrorCode(code), offset, {
        expectsKey,
        isList: open.at(-1)?.keys === undefined,
      });
      throw new Found({ kind: "syntax", offset: at, what, hint: "correct the file there" });
    },
  };
}

const mostShown = 60;

function shortKey(key: string): string {
  return JSON.stringify(key.length <= mostShown ? key : `${key.slice(0, mostShown)}…`);
}
