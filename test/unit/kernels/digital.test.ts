import { expect } from "chai";
import fc from "fast-check";
import { requantizeFast, unrollFast } from "../../../src/kernels/digital.js";
import { unrollReference } from "../../../src/mapping/im2col.js";
import { requantize } from "../../../src/network/integer-network.js";
import { outputRange, type MatrixLayer } from "../../../src/network/quantized-network.js";
import { mulberry32 } from "../../support/sample-run-document.js";

const unrolling = fc
  .record({
    images: fc.integer({ min: 0, max: 3 }),
    height: fc.integer({ min: 1, max: 11 }),
    width: fc.integer({ min: 1, max: 11 }),
    channels: fc.integer({ min: 1, max: 19 }),
    kernelHeight: fc.integer({ min: 1, max: 6 }),
    kernelWidth: fc.integer({ min: 1, max: 6 }),
    stride: fc.integer({ min: 1, max: 4 }),
    padding: fc.integer({ min: 0, max: 5 }),
    cut: fc.tuple(fc.nat(), fc.nat()),
    seed: fc.nat(),
  })
  .filter(
    ({ height, width, kernelHeight, kernelWidth, padding }) =>
      height + 2 * padding >= kernelHeight && width + 2 * padding >= kernelWidth,
  )
  .map(({ images, cut, seed, ...shape }) => {
    const { height, width, channels, kernelHeight, kernelWidth, stride, padding } = shape;
    const rows = kernelHeight * kernelWidth * channels;
    const outHeight = Math.floor((height + 2 * padding - kernelHeight) / stride) + 1;
    const outWidth = Math.floor((width + 2 * padding - kernelWidth) / stride) + 1;
    const random = mulberry32(seed);
    // Never 0, so that padding shows.
    const maps = Uint8Array.from({ length: images * height * width * channels }, () => 1 + Math.floor(random() * 255));
    const [rowBegin, rowEnd] = cut.map((place) => place % (rows + 1)).sort((a, b) => a - b);
    const layer = {
      inShape: { height, width, channels },
      outShape: { height: outHeight, width: outWidth, channels: 1 },
      rows,
    };
    return {
      images,
      maps,
      rowBegin,
      rowEnd,
      shape: { ...shape, outHeight, outWidth },
      layer: { ...layer, ...shape } as unknown as MatrixLayer,
    };
  });

describe("unrollFast", () => {
  it("gives unrollReference's bytes for any geometry and any part of the rows", () => {
    fc.assert(
      fc.property(unrolling, ({ layer, shape, maps, images, rowBegin, rowEnd }) => {
        const expected = unrollReference(layer, maps, images, rowBegin, rowEnd);
        const fast = unrollFast(shape, maps, images, rowBegin, rowEnd);
        expect(Buffer.compare(fast, expected)).to.equal(0);
        expect(
          Buffer.compare(unrollFast(shape, maps, images, 0, layer.rows), unrollReference(layer, maps, images)),
        ).to.equal(0);
      }),
      { numRuns: 300 },
    );
  });

  it("leaves the maps alone and gives memory that threads share", () => {
    const shape = {
      height: 2,
      width: 2,
      channels: 1,
      kernelHeight: 1,
      kernelWidth: 1,
      stride: 1,
      padding: 1,
      outHeight: 4,
      outWidth: 4,
    };
    const maps = Uint8Array.of(1, 2, 3, 4);
    const vectors = unrollFast(shape, maps, 1, 0, 1);
    expect([...vectors]).to.deep.equal([0, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 0]);
    expect(vectors.buffer).to.be.instanceOf(SharedArrayBuffer);
    unrollFast(shape, Uint8Array.of(9, 9, 9, 9), 1, 0, 1);
    expect([...vectors].slice(4, 8), "a later call overwrites nothing").to.deep.equal([0, 1, 2, 0]);
    expect([...maps]).to.deep.equal([1, 2, 3, 4]);
  });
});

describe("requantizeFast", () => {
  const real = fc.oneof(
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.double({ min: -1e-9, max: 1e-9, noNaN: true }),
    fc.double(),
    // Multiples of a half: every rounding lies on an edge.
    fc.integer({ min: -40, max: 40 }).map((halves) => halves / 2),
  );

  it("gives requantize's bytes for any sums, channels, multipliers and bits", () => {
    const sum = fc.oneof(fc.integer({ min: -300, max: 300 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));
    const channels = fc.integer({ min: 1, max: 9 }).chain((outputs) =>
      fc.record({
        multiplier: fc.array(real, { minLength: outputs, maxLength: outputs }),
        offset: fc.array(real, { minLength: outputs, maxLength: outputs }),
      }),
    );
    fc.assert(
      fc.property(
        channels,
        fc.array(sum, { maxLength: 60 }),
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        (channel, given, outputBits, isSigned) => {
          const multiplier = Float64Array.from(channel.multiplier);
          const offset = Float64Array.from(channel.offset);
          const sums = Int32Array.from(given);
          const layer = { multiplier, offset, outputBits, isSigned } as MatrixLayer;
          const values = Array.from(sums, (each, index) => requantize(layer, each, index % multiplier.length));
          const activations = requantizeFast(sums, multiplier, offset, outputRange(layer));
          // An infinity times zero is no number; both paths make a zero of it.
          expect([...activations]).to.deep.equal([...Int16Array.from(values)]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("rounds half up and clips, counted by hand", () => {
    const sums = Int32Array.of(-3, -1, 0, 1, 3, 5, 29, 31, 1000);
    const activations = requantizeFast(sums, Float64Array.of(0.5), Float64Array.of(0), { lowest: 0, highest: 15 });
    expect([...activations]).to.deep.equal([0, 0, 0, 1, 2, 3, 15, 15, 15]);
  });

  it("gives signed bytes where the range goes below zero", () => {
    const sums = Int32Array.of(-1000, -15, -14, -3, -1, 0, 1, 13, 1000);
    const signed = requantizeFast(sums, Float64Array.of(0.5), Float64Array.of(0), { lowest: -7, highest: 7 });
    expect(signed).to.be.instanceOf(Int8Array);
    expect([...signed]).to.deep.equal([-7, -7, -7, -1, 0, 0, 1, 7, 7]);
  });
});
