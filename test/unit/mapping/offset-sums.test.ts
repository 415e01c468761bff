import { expect } from "chai";
import fc from "fast-check";
import { decodeInto } from "../../../src/mapping/decode.js";
import { offsetSums, subtractOffsets } from "../../../src/mapping/offset-sums.js";

describe("offsetSums", () => {
  it("is what decoding makes of whole offsets on every conversion: any layout, slices, bits and step", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("row-pair" as const, "column-pair" as const, "host" as const),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom(1, 2, 8),
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(fc.integer({ min: -5, max: 5 })),
        (differential, slices, bits, step, count, stream) => {
          const spec = { cellBits: 3, differential };
          const outputs = count * slices * (differential === "host" ? 2 : 1);
          const offsets = Float64Array.from({ length: outputs }, () => Number(stream.next().value));
          const tile = {
            ...{ tile: 0, layer: "layer", round: 0, array: 0, rowBegin: 0, rowEnd: 1, rows: 1, columns: outputs },
            ...{ outputBegin: 2, outputEnd: 2 + count, slices },
          };
          const vectors = 3;
          const layerOutputs = count + 5;
          const values = Int32Array.from({ length: vectors * bits * outputs }, (_, index) => offsets[index % outputs]);
          const sums = new Int32Array(vectors * layerOutputs).fill(7);
          const answer = { vectors, outputs, values, saturated: 0 };
          decodeInto(sums, layerOutputs, answer, tile, spec, step, { want: "codes", bits });
          subtractOffsets(sums, layerOutputs, vectors, offsetSums(offsets, tile, spec, step, bits), tile.outputBegin);
          expect(new Set(sums)).to.deep.equal(new Set([7]));
        },
      ),
    );
  });

  it("rounds a fraction of a code only once it is weighted", () => {
    const tile = { slices: 2, outputBegin: 0, outputEnd: 1 };
    const spec = { cellBits: 3, differential: "column-pair" as const };
    // (0.3 + 8 × 0.25) × 15 × 2
    expect([...offsetSums(Float64Array.of(0.3, 0.25), tile, spec, 2, 4)]).to.deep.equal([69]);
  });
});
