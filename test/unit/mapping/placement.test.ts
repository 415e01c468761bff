import { expect } from "chai";
import { tilesOf, type Tile } from "../../../src/mapping/placement.js";
import { sampleSpec } from "../../support/macro-spec.js";

describe("tilesOf", () => {
  it("gives a layer's tiles in order, and none for a layer that is not placed", () => {
    const tile = (number: number, layer: string): Tile => ({
      tile: number,
      layer,
      round: 0,
      array: number,
      rowBegin: 0,
      rowEnd: 1,
      outputBegin: 0,
      outputEnd: 1,
      slices: 1,
      rows: 1,
      columns: 2,
    });
    const placement = { spec: sampleSpec, rounds: 1, tiles: [tile(0, "a"), tile(1, "b"), tile(2, "b"), tile(3, "c")] };
    expect(tilesOf(placement, "b").map(({ tile: number }) => number)).to.deep.equal([1, 2]);
    expect(tilesOf(placement, "pool")).to.deep.equal([]);
  });
});
