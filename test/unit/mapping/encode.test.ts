import { expect } from "chai";
import { encodeTile } from "../../../src/mapping/encode.js";
import type { Tile } from "../../../src/mapping/placement.js";
import { denseLayer } from "../../support/matrix-layer.js";

/** Three inputs, two outputs. */
const layer = denseLayer([
  [5, -7, 0],
  [-1, 6, 3],
]);
const tile: Tile = {
  tile: 9,
  layer: "layer",
  round: 1,
  array: 4,
  rowBegin: 0,
  rowEnd: 3,
  outputBegin: 0,
  outputEnd: 2,
  slices: 1,
  rows: 3,
  columns: 4,
};

describe("encodeTile", () => {
  it("puts a positive weight on the left line of its column pair and a negative one on the right", () => {
    for (const differential of ["column-pair", "host"] as const) {
      const { levels, ...place } = encodeTile(layer, tile, { cellBits: 3, differential });
      expect(place).to.deep.equal({ array: 4, rows: 3, columns: 4 });
      expect([...levels]).to.deep.equal([...[5, 0, 0, 1], ...[0, 7, 6, 0], ...[0, 0, 3, 0]]);
    }
  });

  it("puts a positive weight on the upper line of its row pair and a negative one on the lower", () => {
    const { levels } = encodeTile(layer, { ...tile, rows: 6, columns: 2 }, { cellBits: 3, differential: "row-pair" });
    expect([...levels]).to.deep.equal([...[5, 0], ...[0, 1], ...[0, 6], ...[7, 0], ...[0, 3], ...[0, 0]]);
  });

  it("cuts a magnitude into slices, least significant first", () => {
    // Two 2-bit slices: 5 = 1 + 1·4, 7 = 3 + 1·4, 6 = 2 + 1·4.
    const { levels } = encodeTile(
      layer,
      { ...tile, slices: 2, columns: 8 },
      { cellBits: 2, differential: "column-pair" },
    );
    expect([...levels]).to.deep.equal([
      ...[1, 0, 1, 0, 0, 1, 0, 0],
      ...[0, 3, 0, 1, 2, 0, 1, 0],
      ...[0, 0, 0, 0, 3, 0, 0, 0],
    ]);
    const rowPair = encodeTile(
      layer,
      { ...tile, slices: 2, rows: 6, columns: 4 },
      { cellBits: 2, differential: "row-pair" },
    );
    expect([...rowPair.levels].slice(0, 8)).to.deep.equal([...[1, 1, 0, 0], ...[0, 0, 1, 0]]);
  });

  it("takes only the tile's rows and outputs", () => {
    const part = { ...tile, rowBegin: 1, rowEnd: 3, outputBegin: 1, outputEnd: 2, rows: 2, columns: 2 };
    expect([...encodeTile(layer, part, { cellBits: 3, differential: "column-pair" }).levels]).to.deep.equal([
      ...[6, 0],
      ...[3, 0],
    ]);
  });
});
