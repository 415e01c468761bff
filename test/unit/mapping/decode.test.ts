import { expect } from "chai";
import { addPlanes, decodeInto } from "../../../src/mapping/decode.js";
import type { Tile } from "../../../src/mapping/placement.js";

const tile: Tile = {
  tile: 0,
  layer: "layer",
  round: 0,
  array: 0,
  rowBegin: 0,
  rowEnd: 1,
  outputBegin: 1,
  outputEnd: 3,
  slices: 1,
  rows: 1,
  columns: 4,
};
const answerOf = (vectors: number, outputs: number, values: number[]) => ({
  vectors,
  outputs,
  values: Int32Array.from(values),
  saturated: 0,
});
const sums = { want: "sums" as const, bits: 4 };

describe("decodeInto", () => {
  it("adds codes times the ADC step to the tile's outputs, and to no others", () => {
    const layer = Int32Array.of(100, 100, 100, 100, 200, 200, 200, 200);
    const answer = answerOf(2, 2, [1, -2, 3, -4]);
    decodeInto(layer, 4, answer, tile, { cellBits: 3, differential: "column-pair" }, 8, sums);
    expect([...layer]).to.deep.equal([100, 108, 84, 100, 200, 224, 168, 200]);
    decodeInto(layer, 4, answer, tile, { cellBits: 3, differential: "row-pair" }, 1, sums);
    expect([...layer], "a second block of rows joins").to.deep.equal([100, 109, 82, 100, 200, 227, 164, 200]);
  });

  it("weights slices by the cell's base, least significant first", () => {
    const layer = new Int32Array(3);
    const sliced = { ...tile, slices: 3 };
    // Output 1: 1 + 2·4 + 3·16; output 2: −1 + 0·4 − 2·16; all at 2 levels a step.
    const answer = answerOf(1, 6, [1, 2, 3, -1, 0, -2]);
    decodeInto(layer, 3, answer, sliced, { cellBits: 2, differential: "column-pair" }, 2, sums);
    expect([...layer]).to.deep.equal([0, 2 * 57, 2 * -33]);
  });

  it("subtracts the bit lines of a pair where the macro does not", () => {
    const layer = new Int32Array(3);
    const host = { cellBits: 3, differential: "host" as const };
    decodeInto(layer, 3, answerOf(1, 4, [9, 4, 2, 7]), tile, host, 1, sums);
    expect([...layer]).to.deep.equal([0, 5, -5]);
    const sliced = { ...tile, slices: 2, outputEnd: 2 };
    // (5 − 1) + (2 − 3)·8
    decodeInto(layer, 3, answerOf(1, 4, [5, 1, 2, 3]), sliced, host, 1, sums);
    expect([...layer]).to.deep.equal([0, 5 + 4 - 8, -5]);
  });

  it("adds the bit planes first where the macro gives codes", () => {
    const layer = new Int32Array(3);
    const codes = answerOf(1, 2, [1, -1, 0, 2, 3, 0]);
    decodeInto(layer, 3, codes, tile, { cellBits: 3, differential: "column-pair" }, 4, { want: "codes", bits: 3 });
    expect([...layer]).to.deep.equal([0, 4 * (1 + 3 * 4), 4 * (-1 + 2 * 2)]);
  });
});

describe("addPlanes", () => {
  it("weights each plane by its power of two, vector by vector", () => {
    const codes = answerOf(2, 2, [1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6]);
    expect([...addPlanes(codes, 3)]).to.deep.equal([1 + 6 + 20, 2 + 8 + 24, -1 - 6 - 20, -2 - 8 - 24]);
  });

  it("gives nothing for no vectors", () => {
    expect(addPlanes(answerOf(0, 5, []), 8).length).to.equal(0);
  });
});
