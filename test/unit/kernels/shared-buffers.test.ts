import { expect } from "chai";
import { giveBack, takeShared } from "../../../src/kernels/shared-buffers.js";

describe("shared buffers", () => {
  it("are of the size that is asked, and never held by two at once", () => {
    const held = Array.from({ length: 20 }, () => takeShared(12_340));
    for (const buffer of held) {
      expect(buffer).to.be.instanceOf(SharedArrayBuffer);
      expect(buffer.byteLength).to.equal(12_340);
    }
    expect(new Set(held).size).to.equal(20);
  });

  it("are used again once they are given back, by whatever view, and only for the same size", () => {
    const buffer = takeShared(45_672);
    giveBack(new Int32Array(buffer, 8, 2));
    expect(takeShared(45_668)).to.not.equal(buffer);
    expect(takeShared(45_672)).to.equal(buffer);
    expect(takeShared(45_672)).to.not.equal(buffer);
  });

  it("leave memory of other kinds alone", () => {
    const own = new Uint8Array(33_331);
    giveBack(own);
    expect(takeShared(33_331)).to.not.equal(own.buffer);
  });

  it("keep no more than 64 of one size", () => {
    const given = Array.from({ length: 80 }, () => takeShared(1_001));
    given.forEach((buffer) => giveBack(new Uint8Array(buffer)));
    const again = Array.from({ length: 80 }, () => takeShared(1_001));
    expect(again.filter((buffer) => given.includes(buffer)).length).to.equal(64);
  });
});
