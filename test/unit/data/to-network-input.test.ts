import { expect } from "chai";
import fc from "fast-check";
import { toNetworkInput } from "../../../src/data/to-network-input.js";
import { expectNasError } from "../../support/expect-nas-error.js";
import { makeImages } from "../../support/labelled-images.js";

describe("toNetworkInput", () => {
  it("puts every pixel in the middle of zeros and into every channel", () => {
    const shapes = fc.record({
      height: fc.integer({ min: 1, max: 6 }),
      width: fc.integer({ min: 1, max: 6 }),
      below: fc.nat(5),
      right: fc.nat(5),
      channels: fc.constantFrom([1, 1], [1, 2], [1, 3], [3, 3]),
      first: fc.nat(2),
    });
    fc.assert(
      fc.property(shapes, ({ height, width, below, right, channels: [from, to], first }) => {
        const images = makeImages([0, 1, 2, 3, 4], { height, width, channels: from });
        const input = { height: height + below, width: width + right, channels: to };
        const bytes = toNetworkInput(images, input, first, 2);
        const expected: number[] = [];
        for (let image = first; image < first + 2; image++)
          for (let y = 0; y < input.height; y++)
            for (let x = 0; x < input.width; x++)
              for (let channel = 0; channel < to; channel++) {
                const [row, column] = [y - Math.floor(below / 2), x - Math.floor(right / 2)];
                const inside = row >= 0 && row < height && column >= 0 && column < width;
                const at = ((image * height + row) * width + column) * from + (from === 1 ? 0 : channel);
                expected.push(inside ? images.pixels[at] : 0);
              }
        expect(Array.from(bytes)).to.deep.equal(expected);
      }),
    );
  });

  it("brings 28 × 28 × 1 to 32 × 32 × 3 with two zeros on every side", () => {
    const images = makeImages([5]);
    images.pixels.fill(200);
    const bytes = toNetworkInput(images, { height: 32, width: 32, channels: 3 }, 0, 1);
    const at = (y: number, x: number) => Array.from(bytes.subarray((y * 32 + x) * 3, (y * 32 + x) * 3 + 3));
    for (const [y, x] of [
      [1, 15],
      [30, 15],
      [15, 1],
      [15, 30],
    ])
      expect(at(y, x)).to.deep.equal([0, 0, 0]);
    for (const [y, x] of [
      [2, 2],
      [2, 29],
      [29, 2],
      [29, 29],
    ])
      expect(at(y, x)).to.deep.equal([200, 200, 200]);
  });

  it("writes into a used target, leaving no trace of it and nothing beyond", () => {
    const images = makeImages([1, 2, 3], { height: 2, width: 2 });
    const input = { height: 4, width: 4, channels: 1 };
    const target = new Uint8Array(40).fill(255);
    const bytes = toNetworkInput(images, input, 1, 2, target);
    expect(bytes.buffer).to.equal(target.buffer);
    expect(bytes).to.deep.equal(toNetworkInput(images, input, 1, 2));
    expect(Array.from(target.subarray(32))).to.deep.equal(new Array(8).fill(255));
  });

  it("refuses images that are too large or have other channels", () => {
    const colour = makeImages([1], { height: 32, width: 32, channels: 3 });
    for (const input of [
      { height: 31, width: 32, channels: 3 },
      { height: 32, width: 31, channels: 3 },
      { height: 32, width: 32, channels: 1 },
      { height: 32, width: 32, channels: 6 },
    ]) {
      const error = expectNasError("NAS_NETWORK_MISMATCH", () => toNetworkInput(colour, input, 0, 1));
      expect(error.message).to.include("32 × 32 × 3").and.include(`${input.height} × ${input.width}`);
    }
  });

  it("refuses images outside the set and a target that is too small", () => {
    const images = makeImages([1, 2]);
    const input = { height: 28, width: 28, channels: 1 };
    for (const [first, count] of [
      [0, 3],
      [2, 1],
      [-1, 1],
      [0.5, 1],
      [0, -1],
      [0, NaN],
    ]) {
      expectNasError("NAS_DATA_SELECTION", () => toNetworkInput(images, input, first, count));
    }
    expectNasError("NAS_DATA_SELECTION", () => toNetworkInput(images, input, 0, 2, new Uint8Array(2 * 784 - 1)));
    expect(toNetworkInput(images, input, 2, 0)).to.have.length(0);
  });
});
