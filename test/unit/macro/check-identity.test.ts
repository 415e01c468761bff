import { expect } from "chai";
import { checkIdentity } from "../../../src/macro/check-identity.js";
import type { MacroIdentity } from "../../../src/macro/macro.js";
import { expectNasError } from "../../support/expect-nas-error.js";

describe("checkIdentity", () => {
  const good: MacroIdentity = { driver: "board", kind: "silicon", chipId: "chip 7", description: "a board" };

  it("takes who a macro is, and what else its driver tells", () => {
    checkIdentity("board", good);
    checkIdentity("board", { ...good, firmware: "1.2" } as MacroIdentity);
  });

  const faults: [change: object, message: RegExp][] = [
    [
      { chipId: "7".repeat(100_000) },
      /chipId is "7{60}…" \(100000 characters\), expected a text of 1 to 200 characters/,
    ],
    [{ chipId: 7 }, /chipId is 7/],
    [{ chipId: "" }, /chipId is ""/],
    [{ kind: "real" }, /kind is "real", expected one of virtual, silicon, recording/],
    [{ description: undefined }, /description is missing/],
  ];
  for (const [change, message] of faults) {
    it(`refuses ${message.source}`, () => {
      const error = expectNasError("NAS_MACRO_CONTRACT", () => checkIdentity("board", { ...good, ...change }));
      expect(error.message).to.match(message).and.to.contain('the identity that driver "board" gives');
      expect(error.context).to.deep.equal({ driver: "board", member: Object.keys(change)[0] });
    });
  }
});
