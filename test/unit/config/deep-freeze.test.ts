import { expect } from "chai";
import { deepFreeze } from "../../../src/config/deep-freeze.js";

describe("deepFreeze", () => {
  it("freezes objects and lists at every depth", () => {
    const value = { a: { b: [1, { c: 2 }] }, d: null };
    const frozen = deepFreeze(value);
    expect(frozen).to.equal(value);
    expect(() => (value.a.b[1] = 3)).to.throw(TypeError);
    expect(() => ((value.a.b[1] as { c: number }).c = 3)).to.throw(TypeError);
    expect(() => Object.assign(value, { e: 1 })).to.throw(TypeError);
  });
});
