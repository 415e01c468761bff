import { expect } from "chai";
import fc from "fast-check";
import { NasError } from "../../../src/base/errors.js";
import { cifarRecordBytes, parseCifarBatch } from "../../../src/data/cifar-binary.js";
import { expectNasError } from "../../support/expect-nas-error.js";

describe("parseCifarBatch", () => {
  it("finds each colour of each pixel where the official layout has it", () => {
    const bytes = Uint8Array.from({ length: 2 * cifarRecordBytes }, (_, index) => (index * 31) % 251);
    bytes[0] = 7;
    bytes[cifarRecordBytes] = 9;
    const { count, pixels, labels } = parseCifarBatch(bytes, "made-up.bin");
    expect(count).to.equal(2);
    expect(Array.from(labels)).to.deep.equal([7, 9]);
    for (const [record, y, x, channel] of [
      [0, 0, 0, 0],
      [0, 31, 31, 2],
      [1, 0, 5, 1],
      [1, 17, 3, 2],
    ]) {
      const official = bytes[record * 3073 + 1 + channel * 1024 + y * 32 + x];
      expect(pixels[((record * 32 + y) * 32 + x) * 3 + channel], `${[record, y, x, channel].join()}`).to.equal(
        official,
      );
    }
  });

  it("is invertible: no byte is lost or doubled", () => {
    const batch = fc.uint8Array({ minLength: 3072, maxLength: 3072 });
    fc.assert(
      fc.property(batch, fc.integer({ min: 0, max: 9 }), (planes, label) => {
        const { pixels } = parseCifarBatch(Uint8Array.of(label, ...planes), "made-up.bin");
        const back = Uint8Array.from(
          { length: 3072 },
          (_, index) => pixels[(index % 1024) * 3 + Math.floor(index / 1024)],
        );
        expect(Buffer.compare(back, planes)).to.equal(0);
      }),
      { numRuns: 20 },
    );
  });

  it("refuses parts of records, no record at all and labels above 9", () => {
    for (const length of [0, 1, 3072, 3074, 2 * 3073 - 1]) {
      expectNasError("NAS_DATA_MALFORMED", () => parseCifarBatch(new Uint8Array(length), "cut.bin"));
    }
    const wrong = new Uint8Array(3 * 3073);
    wrong[2 * 3073] = 10;
    const error = expectNasError("NAS_DATA_MALFORMED", () => parseCifarBatch(wrong, "wrong.bin"));
    expect(error.message).to.include("wrong.bin").and.include("label 2 is 10");
  });

  it("meets any bytes with whole records or a NasError", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4 * 3073, size: "max" }), (bytes) => {
        try {
          expect(parseCifarBatch(bytes, "fuzzed").count * 3073).to.equal(bytes.length);
        } catch (error) {
          if (!(error instanceof NasError)) throw error;
        }
      }),
    );
  });
});
