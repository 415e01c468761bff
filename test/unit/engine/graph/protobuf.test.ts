import { expect } from "chai";
import { MessageWriter } from "../../../../src/engine/graph/protobuf.js";

const hex = (message: MessageWriter) => Buffer.from(message.finish()).toString("hex");

// The first four messages and their bytes are those of protobuf.dev/programming-guides/encoding.
describe("MessageWriter", () => {
  it("writes whole numbers as varints", () => {
    expect(hex(new MessageWriter().int(1, 150))).to.equal("089601");
    expect(hex(new MessageWriter().int(1, 0))).to.equal("0800");
  });

  it("writes texts, and messages inside messages", () => {
    expect(hex(new MessageWriter().bytes(2, "testing"))).to.equal("120774657374696e67");
    expect(hex(new MessageWriter().bytes(3, new MessageWriter().int(1, 150)))).to.equal("1a03089601");
    expect(hex(new MessageWriter().bytes(2, "µ"))).to.equal("1202c2b5");
  });

  it("writes negative numbers in two's complement of 64 bits", () => {
    expect(hex(new MessageWriter().int(1, -2))).to.equal("08feffffffffffffffff01");
    expect(hex(new MessageWriter().int(1, -(2n ** 63n)))).to.equal("0880808080808080808001");
  });

  it("writes floats, bytes as they are, and large field numbers", () => {
    expect(hex(new MessageWriter().float(4, 1.5))).to.equal("250000c03f");
    expect(hex(new MessageWriter().bytes(4, Uint8Array.of(0, 255)))).to.equal("220200ff");
    expect(hex(new MessageWriter().int(16, 1))).to.equal("800101");
  });
});
