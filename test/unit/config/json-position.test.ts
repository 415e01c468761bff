import { expect } from "chai";
import fc from "fast-check";
import { findJsonFault } from "../../../src/config/json-position.js";

describe("findJsonFault", () => {
  it("names line, column and fault", () => {
    const cases: [text: string, line: number, column: number, what: RegExp][] = [
      ["", 1, 1, /ends where a value/],
      ['{\n  "a": 1,\n}', 3, 1, /no comma before \}/],
      ["[1,]", 1, 4, /no comma before \]/],
      ['{"a": 1\n"b": 2}', 2, 1, /comma or \}/],
      ["{a: 1}", 1, 2, /double quotes/],
      ["{'a': 1}", 1, 2, /double quotes/],
      ["['a']", 1, 2, /double quotes/],
      ['{"a" 1}', 1, 6, /colon/],
      ['{"a": // what\n 1}', 1, 7, /comments/],
      ['// what\n{"a": 1}', 1, 1, /comments/],
      ['{"a": 1 /* one */}', 1, 9, /comments/],
      ['{"a": "b', 1, 9, /inside a string/],
      ['{"a": "b\n"}', 1, 9, /ends on its line/],
      ['["\\x"]', 1, 3, /escape/],
      ["[01]", 1, 3, /comma or \]/],
      ["[1.]", 1, 3, /comma or \]/],
      ["[NaN]", 1, 2, /value/],
      ["1 2", 1, 3, /follows/],
    ];
    for (const [text, line, column, what] of cases) {
      const fault = findJsonFault(text);
      expect(fault, text).to.include({ line, column });
      expect(fault?.what, text).to.match(what);
    }
  });

  it("finds a fault exactly when JSON.parse does", () => {
    const json = fc.json({ maxDepth: 4 });
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
      ".",
      "e",
      "1",
      "true",
      " ",
    ];
    const broken = fc
      .tuple(json, fc.nat(), fc.nat(3), fc.constantFrom("", ...fragments))
      .map(([text, at, cut, put]) => {
        const start = at % (text.length + 1);
        return text.slice(0, start) + put + text.slice(start + cut);
      });
    fc.assert(
      fc.property(fc.oneof(json, broken, fc.string()), (text) => {
        expect(findJsonFault(text) === undefined).to.equal(parses(text));
      }),
      { numRuns: 3000 },
    );
  });

  it("finds the place up to which the text can still become JSON", () => {
    // Oracle: everything before the place can be completed, so the fault is not reported too late.
    const fault = findJsonFault('{"a": [1, 2, {"b": tru]}');
    expect(fault).to.include({ line: 1, column: 20 });
    expect(parses('{"a": [1, 2, {"b": ' + "0}]}")).to.equal(true);
  });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
