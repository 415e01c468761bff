import { expect } from "chai";
import fc from "fast-check";
import {
  inputBytes,
  operationOf,
  productsPerVector,
  productWidth,
  readBody,
  specOf,
  statusOf,
  writeBody,
} from "../../../src/wire/messages.js";
import { pack, packedRowBytes, unpack } from "../../../src/wire/packing.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { sampleCapabilities } from "../../support/sample-capabilities.js";
import { sampleSpec } from "../../support/macro-spec.js";

describe("messages", () => {
  it("write and read a body with what follows it", () => {
    const values = { array: 3, vectors: 2, rows: 3, bits: 4, want: 1, firstVector: 70_000, repeat: 0 };
    const body = writeBody("multiply", values, Uint8Array.of(1, 2, 3, 4));
    expect(readBody("multiply", body, inputBytes)).to.deep.equal({ values, data: Uint8Array.of(1, 2, 3, 4) });
    expectNasError("NAS_WIRE_PROTOCOL", () => readBody("multiply", body.subarray(0, 19), inputBytes));
    expectNasError("NAS_WIRE_PROTOCOL", () => readBody("multiply", body.subarray(0, 9), inputBytes));
  });

  it("know operations and statuses by number", () => {
    expect(operationOf(5)).to.equal("program");
    expect(operationOf(200)).to.equal(undefined);
    expect(statusOf(3)).to.equal("falseRetry");
    expect(statusOf(99)).to.equal(undefined);
  });

  it("give the macro that the capabilities describe, and refuse an impossible one", () => {
    expect(specOf({ ...sampleCapabilities, maxVectors: 65_536 })).to.deep.equal(sampleSpec);
    for (const change of [{ differential: "upside-down" }, { adcStepLevels: [2, 1] }, { adcStepLevels: [1, 3] }])
      expectNasError("NAS_WIRE_PROTOCOL", () => specOf({ ...sampleCapabilities, ...change }));
  });

  it("give products as many bits as the largest needs", () => {
    const signed = { adcBits: 8, differential: "column-pair" } as const;
    expect(productWidth(signed, "codes", 4)).to.deep.equal({ width: 8, isSigned: true });
    // Σ −128 · 2^plane over 4 planes is −1920 ≥ −2^11.
    expect(productWidth(signed, "sums", 4)).to.deep.equal({ width: 12, isSigned: true });
    expect(productWidth({ ...signed, differential: "host" }, "sums", 8)).to.deep.equal({ width: 16, isSigned: false });
    expect(productsPerVector(signed, "codes", 4, 10)).to.equal(20);
    expect(productsPerVector(signed, "sums", 4, 10)).to.equal(5);
  });
});

describe("packing", () => {
  it("comes back for every width, sign and shape", () => {
    const shape = fc.record({
      rows: fc.integer({ min: 1, max: 4 }),
      values: fc.integer({ min: 1, max: 20 }),
      width: fc.integer({ min: 1, max: 24 }),
      isSigned: fc.boolean(),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(shape, ({ rows, values, width, isSigned, seed }) => {
        const low = isSigned ? -(2 ** (width - 1)) : 0;
        const source = Int32Array.from(
          { length: rows * values },
          (_, index) => low + ((Math.imul(seed + index, 2654435761) >>> 0) % 2 ** width),
        );
        const packed = pack(source, rows, values, width);
        expect(packed.length).to.equal(rows * packedRowBytes(values, width));
        const target = new Int32Array(source.length);
        unpack(packed, rows, values, width, isSigned, target);
        expect(target).to.deep.equal(source);
      }),
    );
  });
});
