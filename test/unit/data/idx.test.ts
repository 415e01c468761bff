import { expect } from "chai";
import fc from "fast-check";
import { NasError } from "../../../src/base/errors.js";
import { parseIdx } from "../../../src/data/idx.js";
import { expectNasError } from "../../support/expect-nas-error.js";

/** An IDX file made by hand: magic, big-endian dimensions, elements. */
function idxFile(dimensions: number[], data: Uint8Array): Uint8Array {
  const header = [0, 0, 8, dimensions.length];
  for (const size of dimensions) header.push(size >>> 24, (size >>> 16) & 255, (size >>> 8) & 255, size & 255);
  return Uint8Array.from([...header, ...data]);
}

const validFile = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 4 }).chain((dimensions) => {
  const length = dimensions.reduce((product, size) => product * size, 1);
  return fc.tuple(fc.constant(dimensions), fc.uint8Array({ minLength: length, maxLength: length }));
});

describe("parseIdx", () => {
  it("gives back what a file was made of", () => {
    fc.assert(
      fc.property(validFile, ([dimensions, data]) => {
        const array = parseIdx(idxFile(dimensions, data), "made-up");
        expect(array.dimensions).to.deep.equal(dimensions);
        expect(Array.from(array.data)).to.deep.equal(Array.from(data));
      }),
    );
  });

  it("reads a file that stands in the middle of a larger buffer", () => {
    const file = idxFile([2, 2], Uint8Array.of(1, 2, 3, 4));
    const around = Uint8Array.of(9, 9, 9, ...file, 9);
    const array = parseIdx(around.subarray(3, 3 + file.length), "made-up");
    expect(array.dimensions).to.deep.equal([2, 2]);
    expect(Array.from(array.data)).to.deep.equal([1, 2, 3, 4]);
  });

  it("refuses every truncation and every byte left over", () => {
    const file = idxFile(
      [3, 2, 2],
      Uint8Array.from({ length: 12 }, (_, index) => index),
    );
    for (let length = 0; length < file.length; length++) {
      expectNasError("NAS_DATA_MALFORMED", () => parseIdx(file.subarray(0, length), "cut.idx"));
    }
    const error = expectNasError("NAS_DATA_MALFORMED", () => parseIdx(Uint8Array.of(...file, 0), "long.idx"));
    expect(error.message).to.include("long.idx").and.include("13 bytes present");
  });

  it("meets flipped bits and random bytes with a NasError or an array as large as the file, nothing else", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.tuple(validFile, fc.nat(), fc.nat(7)).map(([[dimensions, data], position, bit]) => {
        const file = idxFile(dimensions, data);
        file[position % file.length] ^= 1 << bit;
        return file;
      }),
    );
    fc.assert(
      fc.property(bytes, (file) => {
        try {
          const { dimensions, data } = parseIdx(file, "fuzzed");
          const claimed = dimensions.reduce((product, size) => product * size, 1);
          expect(data.length).to.equal(claimed);
          expect(data.length).to.equal(file.length - 4 - 4 * dimensions.length);
        } catch (error) {
          if (!(error instanceof NasError)) throw error;
          expect(error.code).to.equal("NAS_DATA_MALFORMED");
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("allocates nothing for a header that claims 2^96 bytes", () => {
    const file = idxFile([0xffffffff, 0xffffffff, 0xffffffff], Uint8Array.of(1));
    const error = expectNasError("NAS_DATA_MALFORMED", () => parseIdx(file, "hostile.idx"));
    expect(error.message).to.include("4294967295 × 4294967295 × 4294967295");
  });

  it("names the wrong magic number, type or rank", () => {
    const magicOf = (...magic: number[]) =>
      expectNasError("NAS_DATA_MALFORMED", () => parseIdx(Uint8Array.from([...magic, 0, 0, 0, 0]), "x.idx")).message;
    expect(magicOf(0x89, 0x50, 0x4e, 0x47)).to.include("0x89504e47");
    expect(magicOf(0, 0, 0x0d, 1)).to.include("0x0d");
    expect(magicOf(0, 0, 8, 0)).to.include("rank is 0");
    expect(magicOf(0, 0, 8, 200)).to.include("rank is 200");
  });
});
