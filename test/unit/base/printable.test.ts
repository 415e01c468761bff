import { expect } from "chai";
import { plainJson, printable, withoutDisguise } from "../../../src/base/printable.js";

/** "‮" turns what follows around; "⁦" begins an isolated run. */
const disguised = "safe\u202e\u2066 gnp.exe\u2069\u200f";

describe("text from outside", () => {
  it("shows control characters and marks of writing direction instead of obeying them", () => {
    expect(printable(disguised)).to.equal("safe\ufffd\ufffd gnp.exe\ufffd\ufffd");
    expect(printable("\u001b[31mred\u009b0m\ta\nb\rc\u0000")).to.equal(
      "\ufffd[31mred\ufffd0m\ufffda\ufffdb\ufffdc\ufffd",
    );
  });

  it("keeps tabs and line breaks where lines are meant, and every letter", () => {
    expect(withoutDisguise("a\tb\nc\r")).to.equal("a\tb\nc\ufffd");
    const letters = "Köln 東京 العربية עברית हिन्दी 👩‍🔬 µ² ±∞";
    expect(printable(letters)).to.equal(letters);
  });

  it("writes them into JSON as escapes, which mean the same", () => {
    const json = plainJson(JSON.stringify({ name: disguised }));
    expect(json).to.equal('{"name":"safe\\u202e\\u2066 gnp.exe\\u2069\\u200f"}');
    expect(JSON.parse(json)).to.deep.equal({ name: disguised });
  });
});
