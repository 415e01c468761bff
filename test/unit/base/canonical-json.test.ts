import { expect } from "chai";
import fc from "fast-check";
import { canonicalJson } from "../../../src/base/canonical-json.js";

describe("canonicalJson", () => {
  it("sorts keys at every depth and keeps lists in order", () => {
    const value = { b: [{ d: 1, c: [3, 2] }], a: null, é: "x", z: undefined, Z: true };
    expect(canonicalJson(value)).to.equal('{"Z":true,"a":null,"b":[{"c":[3,2],"d":1}],"é":"x"}');
  });

  it("reads back as the same value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).to.deep.equal(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("gives equal bytes for equal objects in whatever order their keys were set", () => {
    const entries = fc.uniqueArray(fc.tuple(fc.string(), fc.jsonValue()), { selector: ([key]) => key, maxLength: 8 });
    const shuffled = entries.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        expect(canonicalJson(Object.fromEntries(one))).to.equal(canonicalJson(Object.fromEntries(other)));
      }),
    );
  });
});
