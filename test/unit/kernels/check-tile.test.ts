import { expect } from "chai";
import fc from "fast-check";
import { assertKernelCall, assertKernelTile, maxKernelLines } from "../../../src/kernels/check-tile.js";
import type { KernelCall, KernelTile } from "../../../src/kernels/tile-kernel.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { kernelCase } from "../../support/kernel-cases.js";

const tile: KernelTile = {
  rows: 2,
  outputs: 1,
  fractionBits: 3,
  contributions: Int16Array.of(32000, -767),
  gains: new Int16Array(1),
  offsets: Int16Array.of(5),
  noise: Int16Array.of(0),
  noiseKey: [0, 0],
  lowCode: -128,
  highCode: 127,
};
const call: KernelCall = { vectors: 3, bits: 8, data: new Uint8Array(6), firstVector: 2 ** 28 - 3, want: "sums" };

describe("assertKernelTile", () => {
  it("takes every tile of the contract, up to its limits", () => {
    assertKernelTile(tile);
    assertKernelTile({ ...tile, lowCode: 0, highCode: 32767, fractionBits: 0 });
    fc.assert(fc.property(kernelCase(), ({ tile: any }) => assertKernelTile(any)));
  });

  const faults: [title: string, change: Partial<KernelTile>, message: RegExp][] = [
    ["no rows", { rows: 0 }, /0 × 1 lines/],
    ["too many outputs", { outputs: maxKernelLines + 1 }, /2 × 1025 lines/],
    ["a broken number of rows", { rows: 1.5, outputs: 2 }, /1.5 × 2 lines/],
    ["NaN outputs", { outputs: NaN }, /lines/],
    ["too many fraction bits", { fractionBits: 15 }, /15 fraction bits/],
    ["half a fraction bit", { fractionBits: 0.5 }, /0.5 fraction bits/],
    ["a missing contribution", { contributions: new Int16Array(1) }, /lengths/],
    ["a surplus offset", { offsets: new Int16Array(2) }, /lengths/],
    ["no noise", { noise: new Int16Array(0) }, /lengths/],
    ["an ADC that never reaches zero", { lowCode: 1 }, /rails 1 … 127/],
    ["an ADC without positive codes", { highCode: 0 }, /rails/],
    ["an ADC beyond 16 bits", { highCode: 32768 }, /rails/],
    ["a column that could overflow", { contributions: Int16Array.of(32000, -768) }, /output 0 can reach 32768/],
    ["negative noise", { noise: Int16Array.of(-1) }, /negative noise/],
  ];
  for (const [title, change, message] of faults) {
    it(`refuses ${title}`, () => {
      expect(expectNasError("NAS_KERNEL_FAILED", () => assertKernelTile({ ...tile, ...change })).message).to.match(
        message,
      );
    });
  }
});

describe("assertKernelCall", () => {
  it("takes every call of the contract, up to the last of 2^28 vectors", () => {
    assertKernelCall(tile, call);
    assertKernelCall(tile, { ...call, vectors: 0, data: new Uint8Array() });
  });

  const faults: Record<string, Partial<KernelCall>> = {
    "more data than vectors": { vectors: 2 },
    "a negative number of vectors": { vectors: -1, data: new Uint8Array() },
    "no bits": { bits: 0 },
    "nine bits": { bits: 9 },
    "a vector beyond the noise's counter": { firstVector: 2 ** 28 - 2 },
    "a vector before the first": { firstVector: -1 },
    "a broken first vector": { firstVector: 0.5 },
    "a reading beyond 32 bits": { repeat: 2 ** 32 },
  };
  for (const [title, change] of Object.entries(faults)) {
    it(`refuses ${title}`, () => {
      expectNasError("NAS_KERNEL_FAILED", () => assertKernelCall(tile, { ...call, ...change }));
    });
  }
});
