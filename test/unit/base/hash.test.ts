import { expect } from "chai";
import { hashJson, sha256 } from "../../../src/base/hash.js";

describe("sha256", () => {
  it("gives the published digests (FIPS 180-2, appendix B)", () => {
    const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(sha256("abc")).to.equal(abc);
    expect(sha256(new TextEncoder().encode("abc"))).to.equal(abc);
    expect(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")).to.equal(
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    );
  });
});

describe("hashJson", () => {
  it("does not depend on the order of keys, but on every value", () => {
    expect(hashJson({ a: 1, b: [2] })).to.equal(hashJson({ b: [2], a: 1 }));
    expect(hashJson({ a: 1, b: [2] })).to.not.equal(hashJson({ a: 1, b: [3] }));
    expect(hashJson({ a: 1 })).to.equal(sha256('{"a":1}'));
  });
});
