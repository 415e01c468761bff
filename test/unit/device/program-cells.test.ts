import { expect } from "chai";
import { programCells, type NumberedImage } from "../../../src/device/program-cells.js";
import { idealCharacter, type ChipCharacter } from "../../../src/device/virtual-chip.js";

const rows = 256;
const columns = 256;
/** Every level in every row and column. */
const levels = Uint8Array.from({ length: rows * columns }, (_, cell) => (cell + Math.floor(cell / columns)) % 8);
const image: NumberedImage = { array: 3, tile: 5, rows, columns, levels };
const sigmas = [0.1, 0.15, 0.2, 0.05, 0.3, 0.25, 0.12, 0.4];
const written: ChipCharacter = { ...idealCharacter(), chipSeed: 7, programmingSigmaLevels: sigmas };
const stuck: ChipCharacter = { ...idealCharacter(), chipSeed: 7, stuckLowShare: 0.02, stuckHighShare: 0.03 };

/** Places of cells that are stuck: those that miss whatever is written. */
function stuckPlaces(
  chip: ChipCharacter,
  change: Partial<NumberedImage> = {},
  seed = 1,
): { low: number[]; high: number[] } {
  const at = (level: number) =>
    programCells({ ...image, ...change, levels: levels.slice().fill(level) }, chip, seed, 7).conductanceLevels;
  const [full, empty] = [at(7), at(0)];
  const cells = [...levels.keys()];
  return { low: cells.filter((cell) => full[cell] === 0), high: cells.filter((cell) => empty[cell] === 7) };
}

describe("programCells", () => {
  it("puts every cell of an ideal chip at its target", () => {
    const { conductanceLevels, outOfTolerance } = programCells(image, idealCharacter(), 1, 7);
    expect(conductanceLevels).to.deep.equal(Float64Array.from(levels));
    expect(outOfTolerance).to.equal(0);
  });

  it("spreads each level by its own sigma around its target", () => {
    const { conductanceLevels } = programCells(image, written, 1, 7);
    const count = levels.length / 8;
    for (let level = 1; level < 8; level++) {
      const sigma = sigmas[level];
      const errors = [...conductanceLevels].filter((_, cell) => levels[cell] === level).map((value) => value - level);
      const mean = errors.reduce((sum, error) => sum + error, 0) / count;
      const deviation = Math.sqrt(errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / count);
      // Four standard errors of 8,192 normal values.
      expect(mean, `mean at level ${level}`).to.be.closeTo(0, (4 * sigma) / Math.sqrt(count));
      expect(deviation, `sigma at level ${level}`).to.be.closeTo(sigma, (4 * sigma) / Math.sqrt(2 * count));
    }
  });

  it("cuts the error at zero conductance: half of the empty cells are exactly empty", () => {
    const { conductanceLevels } = programCells(image, written, 1, 7);
    const empty = [...conductanceLevels].filter((_, cell) => levels[cell] === 0);
    expect(Math.min(...conductanceLevels)).to.equal(0);
    const count = empty.length;
    expect(empty.filter((value) => value === 0).length / count).to.be.closeTo(0.5, 2 / Math.sqrt(count));
    // Mean of a normal value cut at 0: σ / √(2π).
    expect(empty.reduce((sum, value) => sum + value, 0) / count).to.be.closeTo(0.1 / Math.sqrt(2 * Math.PI), 0.003);
  });

  it("reports the cells that missed by half a level or more, as often as the normal law says", () => {
    const { conductanceLevels, outOfTolerance } = programCells(image, written, 1, 7);
    expect(outOfTolerance).to.equal(
      [...conductanceLevels].filter((value, cell) => Math.abs(value - levels[cell]) >= 0.5).length,
    );
    // P(|z| ≥ 0.5/σ) at the σ of levels 2, 4, 5 and 7; below 0.002 at the others.
    const expected = (0.01242 + 0.09558 + 0.0455 + 0.2113 + 0.00086) * (levels.length / 8);
    expect(outOfTolerance).to.be.closeTo(expected, 4 * Math.sqrt(expected) + 10);
  });

  it("writes the same cells for the same seed, chip and tile, wherever the tile sits", () => {
    const { conductanceLevels } = programCells(image, written, 1, 7);
    expect(programCells({ ...image, array: 9 }, written, 1, 7).conductanceLevels).to.deep.equal(conductanceLevels);
    // A part of the tile, so that nothing hangs on its size or on the order of writing.
    const part = { ...image, rows: 10, columns, levels: levels.subarray(0, 10 * columns) };
    expect(programCells(part, written, 1, 7).conductanceLevels).to.deep.equal(
      conductanceLevels.subarray(0, 10 * columns),
    );
  });

  it("writes other errors for another seed, chip or tile, uncorrelated with the first", () => {
    const errorsOf = (chip: ChipCharacter, seed: number, tile: number) =>
      programCells({ ...image, tile }, chip, seed, 7).conductanceLevels.map(
        (value, cell) => (value - levels[cell]) / sigmas[levels[cell]],
      );
    const first = errorsOf(written, 1, 5);
    for (const other of [
      errorsOf(written, 2, 5),
      errorsOf({ ...written, chipSeed: 8 }, 1, 5),
      errorsOf(written, 1, 6),
    ]) {
      const product = first.reduce((sum, error, cell) => (levels[cell] > 0 ? sum + error * other[cell] : sum), 0);
      const count = (levels.length * 7) / 8;
      expect(Math.abs(product / count)).to.be.lessThan(4 / Math.sqrt(count));
    }
  });

  it("leaves stuck cells at the lowest or the highest level, in their shares", () => {
    const { low, high } = stuckPlaces(stuck);
    const within = (share: number) => 4 * Math.sqrt(share * (1 - share) * levels.length);
    expect(low.length).to.be.closeTo(0.02 * levels.length, within(0.02));
    expect(high.length).to.be.closeTo(0.03 * levels.length, within(0.03));
    const { outOfTolerance } = programCells({ ...image, levels: levels.slice().fill(7) }, stuck, 1, 7);
    expect(outOfTolerance).to.equal(low.length);
  });

  it("has its stuck cells at places of the chip: neither tile nor seed moves them, another array or chip has its own", () => {
    const here = stuckPlaces(stuck);
    expect(stuckPlaces(stuck, { tile: 77 }, 99)).to.deep.equal(here);
    for (const there of [stuckPlaces(stuck, { array: 4 }), stuckPlaces({ ...stuck, chipSeed: 8 })]) {
      const shared = there.low.filter((cell) => here.low.includes(cell)).length;
      // Of some 1,300 cells, two in a hundred coincide by chance.
      expect(shared).to.be.lessThan(60);
    }
  });

  it("leaves the image alone", () => {
    const before = levels.slice();
    programCells(image, { ...written, stuckHighShare: 0.5 }, 1, 7);
    expect(levels).to.deep.equal(before);
  });
});
