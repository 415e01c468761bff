import { expect } from "chai";
import fc from "fast-check";
import { placeAt } from "../../../../src/base/schema/place.js";
import { type JsonFault, maxDepth, maxTextLength, parseStrictJson } from "../../../../src/base/schema/strict-json.js";

describe("parseStrictJson", () => {
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
      ["[1.]", 1, 2, /without its digits/],
      ['["a\tb"]', 1, 4, /control character/],
      ["[NaN]", 1, 2, /value/],
      ["1 2", 1, 3, /follows/],
    ];
    for (const [text, line, column, what] of cases) {
      const fault = located(text);
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
        const read = parseStrictJson(text);
        if ("value" in read) expect(read.value).to.deep.equal(JSON.parse(text));
        else if (read.fault.kind === "syntax") expect(parses(text)).to.equal(false);
      }),
      { numRuns: 3000 },
    );
  });

  it("refuses a key given twice, at the second, however it is written", () => {
    expect(located('{"a": 1,\n "b": {"a": 2},\n "\\u0061": 3}')).to.include({
      kind: "content",
      line: 3,
      column: 2,
      what: 'has the key "a" twice',
    });
  });

  it("takes keys that objects inherit, and none that changes what an object is", () => {
    expect(parseStrictJson('{"toString": 1, "constructor": 2}')).to.deep.equal({
      value: { toString: 1, constructor: 2 },
    });
    expect(faultOf('{"__proto__": {"a": 1}}')).to.include({ kind: "content", offset: 1 });
  });

  it("bounds depth and the length of texts, at the first too much", () => {
    expect(faultOf("[".repeat(maxDepth) + "]".repeat(maxDepth))).to.equal(undefined);
    for (const [open, width] of [
      ["[", 1],
      ['{"a":', 5],
    ] as const) {
      const fault = faultOf(open.repeat(200_000));
      expect(fault).to.include({ kind: "content", offset: maxDepth * width });
      expect(fault?.what).to.match(/deeper than 64 levels/);
    }
    expect(faultOf(JSON.stringify(["a".repeat(maxTextLength)]))).to.equal(undefined);
    expect(faultOf(JSON.stringify(["a".repeat(maxTextLength + 1)]))).to.include({ kind: "content", offset: 1 });
    expect(faultOf(JSON.stringify({ ["a".repeat(100_000)]: 1 }))?.what).to.match(/text of 100000 characters/);
  });

  it("finds the place up to which the text can still become JSON", () => {
    // Oracle: everything before the place can be completed, so the fault is not reported too late.
    const fault = located('{"a": [1, 2, {"b": tru]}');
    expect(fault).to.include({ line: 1, column: 20 });
    expect(parses('{"a": [1, 2, {"b": ' + "0}]}")).to.equal(true);
  });
});

function faultOf(text: string): JsonFault | undefined {
  const read = parseStrictJson(text);
  return "fault" in read ? read.fault : undefined;
}

function located(text: string) {
  const fault = faultOf(text);
  return fault && { ...placeAt(text, fault.offset), ...fault };
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
