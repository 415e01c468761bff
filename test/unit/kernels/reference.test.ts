import { expect } from "chai";
import { conversionNoise, readSeeds } from "../../../src/kernels/noise.js";
import { convertReference } from "../../../src/kernels/reference.js";
import type { KernelCall, KernelTile } from "../../../src/kernels/tile-kernel.js";

/** Two rows, three outputs, no fraction bits, no offsets, no noise, a 4-bit signed ADC. */
const tile: KernelTile = {
  rows: 2,
  outputs: 3,
  fractionBits: 0,
  contributions: Int16Array.of(1, -2, 5, 3, -4, 5),
  gains: new Int16Array(3),
  offsets: new Int16Array(3),
  noise: new Int16Array(3),
  noiseKey: [1, 2],
  lowCode: -8,
  highCode: 7,
};
const call = (data: number[], bits: number, want: KernelCall["want"] = "codes"): KernelCall => ({
  vectors: data.length / 2,
  bits,
  data: Uint8Array.from(data),
  firstVector: 0,
  want,
});

describe("convertReference", () => {
  it("converts each bit plane, least significant first, and clips at the rails", () => {
    // Inputs 1 and 2: plane 0 feeds the first row, plane 1 the second. Then 3 and 3: both rows in both planes.
    const { values, saturated } = convertReference(tile, call([1, 2, 3, 3], 2));
    expect([...values]).to.deep.equal([1, -2, 5, 3, -4, 5, 4, -6, 7, 4, -6, 7]);
    // 5 + 5 = 10 stands at the upper rail in both planes of the second vector.
    expect(saturated).to.equal(2);
  });

  it("adds planes with their weights where sums are wanted", () => {
    const { values, saturated } = convertReference(tile, call([1, 2, 3, 3], 2, "sums"));
    expect([...values]).to.deep.equal([1 + 2 * 3, -2 + 2 * -4, 5 + 2 * 5, 3 * 4, 3 * -6, 3 * 7]);
    expect(saturated).to.equal(2);
  });

  it("ignores bits above those that are fed", () => {
    expect(convertReference(tile, call([0b101, 0b10], 1)).values).to.deep.equal(Int32Array.of(1, -2, 5));
  });

  it("rounds half up, also below zero", () => {
    const lines = [-7, -6, -5, -2, -1, 0, 1, 2, 5, 6, 7];
    const quarters: KernelTile = {
      ...tile,
      rows: 1,
      outputs: lines.length,
      fractionBits: 2,
      contributions: Int16Array.from(lines),
      gains: new Int16Array(lines.length),
      offsets: new Int16Array(lines.length),
      noise: new Int16Array(lines.length),
    };
    const { values } = convertReference(quarters, { ...call([], 1), vectors: 1, data: Uint8Array.of(1) });
    // −1.75 −1.5 −1.25 −0.5 −0.25 0 0.25 0.5 1.25 1.5 1.75
    expect([...values]).to.deep.equal([-2, -1, -1, 0, 0, 0, 0, 1, 1, 2, 2]);
  });

  it("adds each output's offset, at an input of zero, too", () => {
    const offset = { ...tile, offsets: Int16Array.of(2, -9, 0) };
    const { values, saturated } = convertReference(offset, call([0, 0], 1));
    expect([...values]).to.deep.equal([2, -8, 0]);
    expect(saturated).to.equal(1);
  });

  it("counts a code at a signed rail, and no unsigned zero", () => {
    const unsigned = { ...tile, lowCode: 0, highCode: 5 };
    const { values, saturated } = convertReference(unsigned, call([1, 0, 0, 0], 1));
    // 1, clipped −2, 5 at the rail; then three honest zeros.
    expect([...values]).to.deep.equal([1, 0, 5, 0, 0, 0]);
    expect(saturated).to.equal(1);
    expect(convertReference({ ...tile, lowCode: -6 }, call([1, 1], 1)).saturated).to.equal(2);
  });

  it("lets a line run into 16 bits and no further", () => {
    const full = {
      ...tile,
      contributions: Int16Array.of(32000, -32000, 0, 767, -768, 0),
      offsets: Int16Array.of(1, -2, 0),
    };
    const wide = { ...full, lowCode: -32768, highCode: 32767 };
    expect([...convertReference(wide, call([1, 1], 1)).values]).to.deep.equal([32767, -32768, 0]);
  });

  it("adds the noise of (key, vector, plane, output), an eighth of its standard deviation a unit", () => {
    const noisy = {
      ...tile,
      fractionBits: 4,
      contributions: new Int16Array(6),
      noise: Int16Array.of(8 * 40, 0, 8 * 100),
      lowCode: -32768,
      highCode: 32767,
    };
    const { values } = convertReference(noisy, { ...call([0, 0, 0, 0], 2), firstVector: 7 });
    for (let vector = 0; vector < 2; vector++) {
      for (let plane = 0; plane < 2; plane++) {
        const seeds = readSeeds([1, 2], 7 + vector, plane);
        const at = (vector * 2 + plane) * 3;
        for (const [output, sigma] of [[0, 40] as const, [2, 100] as const]) {
          const line = (conversionNoise(seeds, output) / 4096) * sigma;
          expect(values[at + output]).to.be.closeTo(line / 16, 0.5 + 1 / 16);
        }
        expect(values[at + 1]).to.equal(0);
      }
    }
  });

  it("answers an empty batch with nothing", () => {
    expect(convertReference(tile, call([], 8))).to.deep.equal({ values: new Int32Array(), saturated: 0 });
  });
});
