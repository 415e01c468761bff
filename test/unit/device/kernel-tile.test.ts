import { expect } from "chai";
import fc from "fast-check";
import { toKernelTile } from "../../../src/device/kernel-tile.js";
import type { NumberedImage } from "../../../src/device/program-cells.js";
import { idealCharacter, type ChipCharacter } from "../../../src/device/virtual-chip.js";
import { assertKernelTile } from "../../../src/kernels/check-tile.js";
import type { MacroSpec } from "../../../src/macro/macro.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { sampleSpec } from "../../support/macro-spec.js";

const imageOf = (rows: number, columns: number, place: Partial<NumberedImage> = {}): NumberedImage => ({
  array: 0,
  tile: 0,
  rows,
  columns,
  levels: new Uint8Array(rows * columns),
  ...place,
});
const ideal = idealCharacter();
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("toKernelTile", () => {
  it("takes the difference of each pair as the layout has it", () => {
    const cells = Float64Array.of(5, 1, 2, 6, 0, 3, 4, 4);
    const contributions = (differential: MacroSpec["differential"], rows: number, columns: number) => {
      const tile = toKernelTile({ ...sampleSpec, differential }, ideal, 1, imageOf(rows, columns), cells, 1);
      expect(tile.fractionBits).to.equal(8);
      return { ...tile, contributions: [...tile.contributions].map((value) => value / 256 + 0) };
    };
    expect(contributions("column-pair", 2, 4)).to.deep.include({ rows: 2, outputs: 2, contributions: [4, -4, -3, 0] });
    expect(contributions("row-pair", 4, 2)).to.deep.include({ rows: 2, outputs: 2, contributions: [3, -5, -4, -1] });
    expect(contributions("host", 2, 4)).to.deep.include({
      rows: 2,
      outputs: 4,
      contributions: [5, 1, 2, 6, 0, 3, 4, 4],
    });
  });

  it("has the rails of the ADC, signed where the array subtracts", () => {
    const rails = (differential: MacroSpec["differential"], adcBits: number) => {
      const spec = { ...sampleSpec, differential, adcBits };
      const { lowCode, highCode } = toKernelTile(spec, ideal, 1, imageOf(2, 2), new Float64Array(4), 1);
      return [lowCode, highCode];
    };
    expect(rails("column-pair", 8)).to.deep.equal([-128, 127]);
    expect(rails("row-pair", 6)).to.deep.equal([-32, 31]);
    expect(rails("host", 8)).to.deep.equal([0, 255]);
  });

  it("loses nothing of integer levels at any power of two: an ideal macro is exact", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom(1, 2, 4, 8, 16, 32, 64, 128, 256),
        fc.integer({ min: 1, max: 128 }),
        fc.infiniteStream(fc.nat(127)),
        (cellBits, step, rows, stream) => {
          const cells = Float64Array.from({ length: rows * 4 }, () => (stream.next().value as number) % 2 ** cellBits);
          const image = imageOf(rows, 4);
          const tile = toKernelTile(sampleSpec, idealCharacter(), 1, image, cells, step);
          assertKernelTile(tile);
          for (let row = 0; row < rows; row++) {
            for (let output = 0; output < 2; output++) {
              const levels = cells[row * 4 + 2 * output] - cells[row * 4 + 2 * output + 1];
              expect((tile.contributions[row * 2 + output] / 2 ** tile.fractionBits) * step + 0).to.equal(levels);
            }
          }
          expect([...tile.offsets, ...tile.noise].every((value) => value === 0)).to.equal(true);
        },
      ),
    );
  });

  it("has as many fraction bits as fit: one more would let a line overflow 16 bits", () => {
    const stream = fc.infiniteStream(fc.double({ min: 0, max: 7, noNaN: true }));
    const sigma = fc.double({ min: 0, max: 30, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 128 }),
        stream,
        sigma,
        sigma,
        fc.constantFrom(1, 4),
        (rows, values, offset, noise, step) => {
          const chip: ChipCharacter = { ...ideal, adcOffsetSigmaSteps: offset, readNoiseSigmaLevels: noise };
          const cells = Float64Array.from({ length: rows * 8 }, () => values.next().value as number);
          const tile = toKernelTile(sampleSpec, chip, 1, imageOf(rows, 8), cells, step);
          assertKernelTile(tile);
          const scale = 2 ** tile.fractionBits;
          const largest = (units: number) =>
            Math.max(
              ...[0, 1, 2, 3].map((output) => {
                let line = Math.abs(tile.offsets[output] / scale) * units + 4.05 * (noise / step) * units + units / 2;
                for (let row = 0; row < rows; row++)
                  line += (Math.abs(cells[row * 8 + 2 * output] - cells[row * 8 + 2 * output + 1]) / step) * units;
                return line;
              }),
            );
          // Rounding of up to 129 integers a line, and of their doubles.
          expect(largest(scale)).to.be.lessThan(32768 + 129);
          const noiseFits = Math.round(8 * (noise / step) * 2 * scale) <= 32767;
          if (tile.fractionBits < 8 && noiseFits) expect(largest(2 * scale)).to.be.greaterThan(32767 - 2 * 129);
        },
      ),
    );
  });

  it("keeps noise and offsets whole where they alone would need more than 16 bits at the finest scale", () => {
    const chip = { ...ideal, readNoiseSigmaLevels: 40, adcOffsetSigmaSteps: 200 };
    const tile = toKernelTile(sampleSpec, chip, 1, imageOf(1, 128), new Float64Array(128), 1);
    const scale = 2 ** tile.fractionBits;
    expect(tile.noise[0] / 8 / scale).to.be.closeTo(40, 0.1);
    const deviation = Math.sqrt(mean([...tile.offsets].map((value) => (value / scale) ** 2)));
    expect(deviation).to.be.closeTo(200, (4 * 200) / Math.sqrt(2 * 64));
  });

  it("leaves room for noise and offset beside a column that fills its bits", () => {
    // 120 steps take 30,720 of 32,767 at 8 fraction bits.
    const cells = Float64Array.from({ length: 40 }, (_, cell) => (cell % 2 === 0 ? 6 : 0));
    const bitsOf = (chip: Partial<ChipCharacter>) =>
      toKernelTile(sampleSpec, { ...ideal, ...chip }, 1, imageOf(20, 2), cells, 1).fractionBits;
    expect(bitsOf({})).to.equal(8);
    expect(bitsOf({ readNoiseSigmaLevels: 1 }), "4.05 more steps").to.equal(8);
    expect(bitsOf({ readNoiseSigmaLevels: 3 }), "12.15 more steps").to.equal(7);
    expect(bitsOf({ adcOffsetSigmaSteps: 1000 })).to.be.lessThan(8);
  });

  it("refuses a column beyond 16 bits at a fine step, and takes it at a coarser one", () => {
    const spec = { ...sampleSpec, arrayRows: 1024, cellBits: 7 };
    const cells = Float64Array.from({ length: 1024 * 2 }, (_, cell) => (cell % 2 === 0 ? 127 : 0));
    const at = (step: number) => toKernelTile(spec, idealCharacter(), 1, imageOf(1024, 2), cells, step);
    expect(expectNasError("NAS_MACRO_RANGE", () => at(2)).hint).to.contain("coarser ADC step");
    expect(at(8).fractionBits).to.equal(0);
  });

  describe("gives each ADC its own", () => {
    const columns = 2048;
    const chip: ChipCharacter = { ...ideal, chipSeed: 3, adcOffsetSigmaSteps: 1.5, adcGainSigma: 0.02 };
    const cells = Float64Array.from({ length: columns }, (_, cell) => (cell % 2 === 0 ? 7 : 0));
    const tileAt = (place: Partial<NumberedImage>, seed = 1, of = chip) =>
      toKernelTile({ ...sampleSpec, arrayColumns: columns }, of, seed, imageOf(1, columns, place), cells, 1);
    const spread = (values: number[]) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));
    const standardError = 4 / Math.sqrt(2 * (columns / 2));

    it("offset, of the stated sigma in ADC steps", () => {
      const { offsets, fractionBits } = tileAt({});
      const steps = [...offsets].map((value) => value / 2 ** fractionBits);
      expect(spread(steps)).to.be.closeTo(1.5, 1.5 * standardError);
      expect(mean(steps)).to.be.closeTo(0, (4 * 1.5) / Math.sqrt(columns / 2));
    });

    it("gain, of the stated sigma, on the sum", () => {
      const { gains, contributions, fractionBits } = tileAt({});
      const errors = [...gains].map((error) => error / 2 ** 15);
      expect(mean(errors)).to.be.closeTo(0, 0.003);
      expect(spread(errors)).to.be.closeTo(0.02, 0.02 * standardError);
      expect(new Set(contributions), "cells are as they are").to.deep.equal(new Set([7 * 2 ** fractionBits]));
    });

    it("by its place alone: chip, array and output, whatever tile sits there", () => {
      const here = tileAt({});
      const sameAdcs = tileAt({ tile: 9 }, 77);
      expect(sameAdcs.offsets).to.deep.equal(here.offsets);
      expect(sameAdcs.gains).to.deep.equal(here.gains);
      for (const other of [tileAt({ array: 1 }), tileAt({}, 1, { ...chip, chipSeed: 4 })]) {
        expect(other.offsets).to.not.deep.equal(here.offsets);
        expect(other.gains).to.not.deep.equal(here.gains);
      }
    });
  });

  it("divides read noise by the ADC step, and keys it by seed, chip and tile", () => {
    const chip: ChipCharacter = { ...ideal, readNoiseSigmaLevels: 2 };
    const noisy = (step: number, tile = 0, seed = 1, of = chip) =>
      toKernelTile(sampleSpec, of, seed, imageOf(2, 4, { tile }), new Float64Array(8), step);
    for (const step of [1, 2, 4, 8]) {
      const { noise, fractionBits } = noisy(step);
      expect(noise[0] / 8 / 2 ** fractionBits).to.be.closeTo(2 / step, 1 / 8 / 2 ** fractionBits);
      expect(noise.every((value) => value === noise[0])).to.equal(true);
    }
    const keys = [noisy(1), noisy(1, 1), noisy(1, 0, 2), noisy(1, 0, 1, { ...chip, chipSeed: 1 })];
    expect(new Set(keys.map(({ noiseKey }) => noiseKey.join())).size).to.equal(4);
    expect(noisy(8).noiseKey).to.deep.equal(noisy(1).noiseKey);
  });
});
