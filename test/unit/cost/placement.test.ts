import { expect } from "chai";
import { isaacUnit, type TileOrder } from "../../../src/cost/hardware.js";
import { tileGrid } from "../../../src/cost/placement.js";

/** Tile numbers as they stand on the grid. */
function drawn(tileOrder: TileOrder, gridRows: number, gridColumns: number): number[][] {
  const { rowOf, columnOf } = tileGrid({ ...isaacUnit, tileOrder, gridRows, gridColumns });
  const grid = Array.from({ length: gridRows }, () => new Array<number>(gridColumns).fill(-1));
  rowOf.forEach((row, tile) => (grid[row][columnOf[tile]] = tile));
  return grid;
}

describe("the order of tiles on the grid", () => {
  it("goes along shells, rows, rows back and forth, or diagonals", () => {
    expect(drawn("shells", 4, 4)).to.deep.equal([
      [0, 1, 8, 9],
      [3, 2, 7, 10],
      [4, 5, 6, 11],
      [15, 14, 13, 12],
    ]);
    expect(drawn("row-major", 2, 3)).to.deep.equal([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect(drawn("snake", 2, 3)).to.deep.equal([
      [0, 1, 2],
      [5, 4, 3],
    ]);
    expect(drawn("zigzag", 3, 3)).to.deep.equal([
      [0, 1, 5],
      [2, 4, 6],
      [3, 7, 8],
    ]);
  });

  it("gives every place of an oblong grid one tile", () => {
    for (const order of ["shells", "zigzag"] as const) {
      const numbers = drawn(order, 3, 5).flat();
      expect([...numbers].sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 15 }, (_, tile) => tile));
    }
  });
});
