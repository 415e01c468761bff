import { expect } from "chai";
import fc from "fast-check";
import { effectsOf } from "../../../../src/device/effects/all-effects.js";
import { arrayLines } from "../../../../src/device/array-lines.js";
import { toKernelTile } from "../../../../src/device/kernel-tile.js";
import { cellsOfOutput, pairDifference } from "../../../../src/device/pair-difference.js";
import { type ChipCharacter, idealCharacter } from "../../../../src/device/virtual-chip.js";
import { conversionNoise, noiseUnit, readSeeds } from "../../../../src/kernels/noise.js";
import { convertReference } from "../../../../src/kernels/reference.js";
import { adcRails, type MacroSpec, type TileImage } from "../../../../src/macro/macro.js";
import { sampleSpec } from "../../../support/macro-spec.js";

const rows = 32;
const outputs = 12;

/** The line of one output in real numbers, in ADC steps: every effect in its readable form, in order. */
function readableLine(
  spec: MacroSpec,
  chip: ChipCharacter,
  image: TileImage,
  cells: Float64Array,
  active: Uint8Array,
  output: number,
  stepLevels: number,
  z: number,
): number {
  let levels = 0;
  const held: number[] = [];
  active.forEach((isActive, row) => {
    if (!isActive) return;
    levels += pairDifference(spec, image.columns, cells, row, output);
    held.push(...cellsOfOutput(spec, image.columns, row, output).map((cell) => cells[cell]));
  });
  let line = levels / stepLevels;
  const column = { chipSeed: chip.chipSeed, array: image.array, output };
  for (const effect of effectsOf(chip, "at the converter")) line = effect.apply(line, column, chip);
  const variance = effectsOf(chip, "at each read").reduce((sum, effect) => sum + effect.variance(held, chip), 0);
  return line + (Math.sqrt(variance) * z) / stepLevels;
}

const chips: [title: string, chip: Partial<ChipCharacter>][] = [
  ["adc-gain", { adcGainSigma: 0.1 }],
  ["adc-offset", { adcOffsetSigmaSteps: 3 }],
  ["read-noise", { readNoiseSigmaLevels: 2 }],
  ["cell-read-noise", { cellReadNoiseSigmaLevels: [0.02, 0.1, 0.2, 0.4, 0.3, 0.2, 0.1, 0.3] }],
  [
    "all of them",
    {
      adcGainSigma: 0.05,
      adcOffsetSigmaSteps: 1,
      readNoiseSigmaLevels: 0.5,
      cellReadNoiseSigmaLevels: [0.1, 0.2, 0.1, 0.2, 0.1, 0.2, 0.1, 0.2],
    },
  ],
];

describe("the fast forms of effects in a conversion", () => {
  for (const [title, keys] of chips) {
    it(`give what the readable ones do, within the kernel's resolution: ${title}`, () => {
      fc.assert(
        fc.property(
          fc.constantFrom("row-pair" as const, "column-pair" as const, "host" as const),
          fc.constantFrom(1, 4),
          fc.nat(1000),
          fc.infiniteStream(fc.double({ min: 0, max: 7.5, noNaN: true })),
          fc.array(fc.integer({ min: 0, max: 1 }), { minLength: rows, maxLength: rows }),
          (differential, stepLevels, chipSeed, values, bits) => {
            const spec = { ...sampleSpec, differential, adcBits: 12 };
            const chip = { ...idealCharacter(), ...keys, chipSeed };
            const physical = {
              rows: differential === "row-pair" ? 2 * rows : rows,
              columns: differential === "column-pair" ? 2 * outputs : outputs,
            };
            const image = { array: 2, tile: 3, ...physical, levels: new Uint8Array() };
            const cells = Float64Array.from({ length: physical.rows * physical.columns }, () =>
              Number(values.next().value),
            );
            const tile = toKernelTile(spec, chip, 5, image, cells, stepLevels);
            const active = Uint8Array.from(bits);
            const firstVector = 17;
            const call = { vectors: 1, bits: 1, data: active, firstVector, want: "codes" as const };
            const codes = convertReference(tile, call).values;
            const { low, high } = adcRails(spec);
            // Rounding of each cell, of the sum's gain, of the offset and of the noise, in ADC steps.
            const resolution = (rows / 2 + 4) / 2 ** tile.fractionBits + 0.01;
            for (let output = 0; output < outputs; output++) {
              const z = conversionNoise(readSeeds(tile.noiseKey, firstVector, 0), output) / noiseUnit;
              const line = readableLine(spec, chip, image, cells, active, output, stepLevels, z);
              const code = (real: number) => Math.min(high, Math.max(low, Math.floor(real + 0.5)));
              expect(codes[output]).to.be.within(code(line - resolution), code(line + resolution));
            }
          },
        ),
        { numRuns: 60 },
      );
    });
  }

  it("apply a gain to the sum: the realised gain is the drawn one, cell by cell rounding or not", () => {
    const chip = { ...idealCharacter(), chipSeed: 4, adcGainSigma: 0.01 };
    const spec = { ...sampleSpec, adcBits: 12 };
    // 64 cells of 3 levels at a step of 4: a cell is 0.75 steps, of which 1 % is far below the kernel's unit.
    const image = { array: 0, tile: 0, rows: 64, columns: 128, levels: new Uint8Array() };
    const cells = Float64Array.from({ length: 64 * 128 }, (_, cell) => (cell % 2 === 0 ? 3 : 0));
    const tile = toKernelTile(spec, chip, 1, image, cells, 4);
    const unrounded = { ...tile, fractionBits: 0, lowCode: -32768, highCode: 32767 };
    const call = { vectors: 1, bits: 1, data: new Uint8Array(64).fill(1), firstVector: 0, want: "codes" as const };
    const { values } = convertReference(unrounded, call);
    const [gain] = effectsOf(chip, "at the converter");
    values.forEach((line, output) => {
      const drawn = gain.apply(48, { chipSeed: 4, array: 0, output }, chip) / 48;
      expect(line / 2 ** tile.fractionBits / 48).to.be.closeTo(drawn, 1 / 2 ** tile.fractionBits / 48);
    });
  });
});

describe("arrayLines", () => {
  it("is nothing where lines are the sum of their cells", () => {
    expect(arrayLines(sampleSpec, idealCharacter(), { rows: 2, columns: 2 }, new Float64Array(4), 1)).to.equal(
      undefined,
    );
  });

  for (const differential of ["row-pair", "column-pair", "host"] as const) {
    it(`comes to the kernel's own sums as wires lose their resistance: ${differential}`, () => {
      const spec = { ...sampleSpec, differential };
      const image = { array: 0, tile: 0, rows: 8, columns: 6, levels: new Uint8Array() };
      const cells = Float64Array.from({ length: 48 }, (_, cell) => (cell * 5) % 8);
      const tile = toKernelTile(spec, idealCharacter(), 1, image, cells, 1);
      const chip = { ...idealCharacter(), bitLineSegmentResistance: 1e-12 };
      const sumLines = arrayLines(spec, chip, image, cells, 2 ** tile.fractionBits)!;
      const data = Uint8Array.from({ length: 5 * tile.rows }, (_, index) => (index * 11) % 4);
      const call = { vectors: 5, bits: 2, data, firstVector: 0, want: "codes" as const };
      expect(convertReference(tile, call, sumLines)).to.deep.equal(convertReference(tile, call));
    });
  }
});
