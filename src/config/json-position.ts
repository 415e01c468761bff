/** Where a text stops being JSON, counted from 1, and what is wrong there in a few words. */
export interface JsonFault {
  line: number;
  column: number;
  what: string;
}

/**
 * The first place where `text` breaks the grammar of JSON (RFC 8259), or undefined where it is JSON. JSON.parse decides;
 * this only says where, because the messages of JSON.parse give no place in some versions of Node.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  const scanner = new Scanner(text);
  try {
    scanner.document();
    return undefined;
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    const before = text.slice(0, fault.offset).split("\n");
    return { line: before.length, column: before[before.length - 1].length + 1, what: fault.message };
  }
}

/** Carries the place out of the recursion; never leaves this file. */
class Fault extends Error {
  readonly offset: number;

  constructor(offset: number, what: string) {
    super(what);
    this.offset = offset;
  }
}

const literal = /true|false|null/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// All but the quote, the backslash and what stands below the space: those must be escaped.
const plainCharacters = /[ !#-[\]-\uffff]*/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const space = /[ \t\n\r]*/y;

class Scanner {
  readonly #text: string;
  #offset = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): void {
    this.#value();
    this.#skipSpace();
    if (this.#offset < this.#text.length) this.#fail("something follows after the end");
  }

  #value(): void {
    this.#skipSpace();
    const next = this.#text[this.#offset];
    if (next === "{") this.#members("}", () => this.#member());
    else if (next === "[") this.#members("]", () => this.#value());
    else if (next === '"') this.#string();
    else if (!this.#take(literal) && !this.#take(number)) this.#fail(this.#whyNoValue(next));
  }

  #members(end: string, member: () => void): void {
    this.#offset++;
    this.#skipSpace();
    if (this.#takeCharacter(end)) return;
    for (;;) {
      member();
      this.#skipSpace();
      if (this.#takeCharacter(end)) return;
      if (!this.#takeCharacter(",")) this.#fail(`expected a comma or ${end}`);
      this.#skipSpace();
      if (this.#text[this.#offset] === end) this.#fail(`JSON has no comma before ${end}`);
    }
  }

  #member(): void {
    this.#skipSpace();
    if (this.#text[this.#offset] !== '"') this.#fail("expected a key in double quotes");
    this.#string();
    this.#skipSpace();
    if (!this.#takeCharacter(":")) this.#fail("expected a colon after the key");
    this.#value();
  }

  #string(): void {
    this.#offset++;
    for (;;) {
      this.#take(plainCharacters);
      if (this.#takeCharacter('"')) return;
      if (this.#text[this.#offset] !== "\\") {
        this.#fail(this.#offset < this.#text.length ? "a string ends on its line" : "the text ends inside a string");
      }
      if (!this.#take(escape)) this.#fail("JSON has no such escape; a backslash itself is written \\\\");
    }
  }

  #whyNoValue(next: string | undefined): string {
    if (next === undefined) return "the text ends where a value is expected";
    if (next === "/") return "JSON has no comments";
    if (next === "'") return "JSON wants double quotes";
    return "expected a value";
  }

  #skipSpace(): void {
    this.#take(space);
  }

  #take(pattern: RegExp): boolean {
    pattern.lastIndex = this.#offset;
    if (!pattern.test(this.#text)) return false;
    this.#offset = pattern.lastIndex;
    return true;
  }

  #takeCharacter(character: string): boolean {
    if (this.#text[this.#offset] !== character) return false;
    this.#offset++;
    return true;
  }

  #fail(what: string): never {
    if (this.#text[this.#offset] === "/") throw new Fault(this.#offset, "JSON has no comments");
    throw new Fault(this.#offset, what);
  }
}
