import { expect } from "chai";
import { align16, growMemory, instantiate } from "../../../src/kernels/wasm-module.js";
import { expectNasError } from "../../support/expect-nas-error.js";

describe("instantiate", () => {
  it("gives every caller a memory of its own", () => {
    const [one, other] = [instantiate("convert"), instantiate("convert")];
    new Uint8Array(one.memory.buffer)[2000] = 7;
    expect(new Uint8Array(other.memory.buffer)[2000]).to.equal(0);
  });

  it("says what to do where the kernel was not built", () => {
    const error = expectNasError("NAS_KERNEL_MISSING", () => instantiate("missing" as "convert"));
    expect(error.message).to.contain("missing.wasm");
    expect(error.hint).to.contain("npm run build");
  });
});

describe("growMemory", () => {
  it("makes room and keeps what is there", () => {
    const { memory } = instantiate("digital");
    const before = memory.buffer.byteLength;
    new Uint8Array(memory.buffer)[1234] = 9;
    growMemory(memory, before);
    expect(memory.buffer.byteLength).to.equal(before);
    growMemory(memory, before + 1);
    expect(memory.buffer.byteLength).to.equal(before + 65536);
    expect(new Uint8Array(memory.buffer)[1234]).to.equal(9);
  });

  it("refuses more than a 32-bit memory can have", () => {
    const error = expectNasError("NAS_KERNEL_FAILED", () => growMemory(instantiate("digital").memory, 2 ** 33));
    expect(error.context).to.deep.equal({ bytes: 2 ** 33 });
  });
});

describe("align16", () => {
  it("rounds up to whole SIMD registers", () => {
    expect([0, 1, 15, 16, 17, 2 ** 31 + 1].map(align16)).to.deep.equal([0, 16, 16, 16, 32, 2 ** 31 + 16]);
  });
});
