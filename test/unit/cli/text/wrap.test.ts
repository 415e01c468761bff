import { expect } from "chai";
import fc from "fast-check";
import { wrapLines } from "../../../../src/cli/text/wrap.js";

describe("wrapLines", () => {
  it("breaks at words, what follows under the second column", () => {
    expect(wrapLines("subject   a virtual chip with a long name\nseed      1", 26)).to.equal(
      "subject   a virtual chip\n          with a long name\nseed      1",
    );
    expect(wrapLines("one two three four five six seven", 20)).to.equal("one two three four\n  five six seven");
  });

  it("leaves lines that fit, words that are wider, and text without a terminal as they are", () => {
    expect(wrapLines("short", 80)).to.equal("short");
    expect(wrapLines("report: /a/path/that/is/much/longer/than/the/terminal/is", 30)).to.equal(
      "report:\n  /a/path/that/is/much/longer/than/the/terminal/is",
    );
    const long = "word ".repeat(100);
    expect(wrapLines(long, undefined)).to.equal(long);
    expect(wrapLines(long, 5)).to.equal(long);
  });

  it("keeps every word in its order, at any width", () => {
    const text = fc.array(fc.stringMatching(/^[a-z]{1,30}( {1,4})$/), { maxLength: 40 }).map((words) => words.join(""));
    fc.assert(
      fc.property(text, fc.integer({ min: 20, max: 120 }), (line, columns) => {
        const wrapped = wrapLines(line, columns);
        expect(wrapped.split(/\s+/).filter(Boolean)).to.deep.equal(line.split(/\s+/).filter(Boolean));
        for (const each of wrapped.split("\n"))
          if (each.trim().includes(" ")) expect(each.trimEnd().length).to.be.at.most(Math.max(columns, 62));
      }),
    );
  });
});
