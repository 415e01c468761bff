import { expect } from "chai";
import fc from "fast-check";
import { unroll, unrollReference } from "../../../src/mapping/im2col.js";
import { matrixReference } from "../../../src/network/integer-network.js";
import type { MatrixLayer } from "../../../src/network/quantized-network.js";
import { denseLayer } from "../../support/matrix-layer.js";
import { mulberry32 } from "../../support/sample-run-document.js";

/** A convolution over 2 × 3 maps of two channels, 2 × 2 kernel, stride 1, no padding. */
const layer: MatrixLayer = {
  ...denseLayer([[1, 2, 3, 4, 5, 6, 7, 8]]),
  op: "conv",
  inShape: { height: 2, width: 3, channels: 2 },
  outShape: { height: 1, width: 2, channels: 1 },
  kernelHeight: 2,
  kernelWidth: 2,
};
/** Pixel (y, x) of image i has channels 100·i + 10·y + x and 5 more. */
const maps = Uint8Array.from(
  [0, 1].flatMap((image) =>
    [0, 1].flatMap((y) => [0, 1, 2].flatMap((x) => [0, 5].map((add) => 100 * image + 10 * y + x + add))),
  ),
);

for (const [name, unrolled] of [["unroll", unroll] as const, ["unrollReference", unrollReference] as const]) {
  describe(name, () => {
    it("gives one vector a position, rows in the order ky, kx, channel", () => {
      expect([...unrolled(layer, maps, 2)]).to.deep.equal([
        ...[0, 5, 1, 6, 10, 15, 11, 16],
        ...[1, 6, 2, 7, 11, 16, 12, 17],
        ...[100, 105, 101, 106, 110, 115, 111, 116],
        ...[101, 106, 102, 107, 111, 116, 112, 117],
      ]);
    });

    it("gives a part of the rows", () => {
      expect([...unrolled(layer, maps, 1, 3, 6)]).to.deep.equal([6, 10, 15, 7, 11, 16]);
      expect(unrolled(layer, maps, 1, 4, 4).length).to.equal(0);
    });

    it("feeds zeros beyond the edges, and skips positions by the stride", () => {
      const padded = { ...layer, padding: 1, stride: 2, outShape: { height: 2, width: 2, channels: 1 } };
      expect([...unrolled(padded, maps, 1)]).to.deep.equal([
        ...[0, 0, 0, 0, 0, 0, 0, 5],
        ...[0, 0, 0, 0, 1, 6, 2, 7],
        ...[0, 0, 10, 15, 0, 0, 0, 0],
        ...[11, 16, 12, 17, 0, 0, 0, 0],
      ]);
    });
  });
}

describe("unroll and a matrix product", () => {
  it("are a convolution", () => {
    const geometry = fc
      .record({
        height: fc.integer({ min: 1, max: 8 }),
        width: fc.integer({ min: 1, max: 8 }),
        channels: fc.integer({ min: 1, max: 5 }),
        kernel: fc.integer({ min: 1, max: 5 }),
        stride: fc.integer({ min: 1, max: 3 }),
        padding: fc.integer({ min: 0, max: 3 }),
        seed: fc.nat(),
      })
      .filter(({ height, width, kernel, padding }) => Math.min(height, width) + 2 * padding >= kernel);
    fc.assert(
      fc.property(geometry, ({ height, width, channels, kernel, stride, padding, seed }) => {
        const random = mulberry32(seed);
        const outputs = 3;
        const rows = kernel * kernel * channels;
        const places = (side: number) => Math.floor((side + 2 * padding - kernel) / stride) + 1;
        const conv: MatrixLayer = {
          ...denseLayer(
            Array.from({ length: outputs }, () => Array.from({ length: rows }, () => Math.floor(random() * 15) - 7)),
          ),
          op: "conv",
          inShape: { height, width, channels },
          outShape: { height: places(height), width: places(width), channels: outputs },
          kernelHeight: kernel,
          kernelWidth: kernel,
          stride,
          padding,
        };
        const map = Uint8Array.from({ length: height * width * channels }, () => Math.floor(random() * 256));
        const vectors = unroll(conv, map, 1);
        const products = Array.from({ length: (vectors.length / rows) * outputs }, (_, index) => {
          const [vector, output] = [Math.floor(index / outputs), index % outputs];
          let sum = 0;
          for (let row = 0; row < rows; row++) sum += vectors[vector * rows + row] * conv.weights[output * rows + row];
          return sum;
        });
        expect(products).to.deep.equal([...matrixReference(conv, map)]);
      }),
    );
  });
});
