import { expect } from "chai";
import fc from "fast-check";
import {
  convolution,
  type ConvolutionShape,
  imagesGradient,
  weightGradient,
} from "../../../../src/engine/fallback/convolution.js";
import { randomStream } from "../../../../src/base/random-stream.js";
import { itWithTensorflow, numbers } from "../../../support/it-with-tensorflow.js";

interface Sizes {
  batch: number;
  height: number;
  width: number;
  into: number;
  out: number;
  kernel: number;
  shape: ConvolutionShape;
}

/** Any convolution that fits: kernels wider and narrower than the stride, and pixels at the end that no kernel sees. */
const anySizes = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    over: fc.integer({ min: 0, max: 6 }),
    overWidth: fc.integer({ min: 0, max: 4 }),
    into: fc.integer({ min: 1, max: 5 }),
    out: fc.integer({ min: 1, max: 5 }),
    kernel: fc.integer({ min: 1, max: 5 }),
    stride: fc.integer({ min: 1, max: 3 }),
    same: fc.boolean(),
  })
  .map(({ batch, over, overWidth, into, out, kernel, stride, same }): Sizes => {
    const isSame = same && stride === 1 && kernel % 2 === 1;
    const shape: ConvolutionShape = { stride, padding: isSame ? "SAME" : "VALID" };
    return { batch, height: kernel + over, width: kernel + overWidth, into, out, kernel, shape };
  });

function sidesOf({ height, width, kernel, shape: { stride, padding } }: Sizes) {
  const before = padding === "SAME" ? (kernel - 1) / 2 : 0;
  const side = (size: number) => Math.floor((size + 2 * before - kernel) / stride) + 1;
  return { before, rows: side(height), columns: side(width) };
}

/** Calls `visit` with the places of image, weight and output of every product of the convolution, by its definition. */
function eachProduct(sizes: Sizes, visit: (image: number, weight: number, output: number) => void): void {
  const { batch, height, width, into, out, kernel, shape } = sizes;
  const { before, rows, columns } = sidesOf(sizes);
  for (let b = 0; b < batch; b++)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++)
        for (let ky = 0; ky < kernel; ky++)
          for (let kx = 0; kx < kernel; kx++) {
            const row = y * shape.stride + ky - before;
            const column = x * shape.stride + kx - before;
            if (row < 0 || row >= height || column < 0 || column >= width) continue;
            for (let i = 0; i < into; i++)
              for (let o = 0; o < out; o++) {
                visit(
                  ((b * height + row) * width + column) * into + i,
                  ((ky * kernel + kx) * into + i) * out + o,
                  ((b * rows + y) * columns + x) * out + o,
                );
              }
          }
}

/** Sums of at most a few hundred products below 1: float32 is that close, however small the sum. */
function expectNear(found: readonly number[], expected: Float32Array): void {
  expect(found.length).to.equal(expected.length);
  expected.forEach((value, at) => expect(found[at], `element ${at}`).to.be.closeTo(value, 1e-4));
}

describe("the fallback's convolution", () => {
  itWithTensorflow(
    "and both its gradients agree with plain loops in double precision, for any sizes",
    ({ tf }) => {
      const property = fc.property(anySizes, fc.nat(), (sizes, seed) => {
        const { batch, height, width, into, out, kernel, shape } = sizes;
        const { rows, columns } = sidesOf(sizes);
        const next = randomStream(seed);
        const random = (count: number) => Float32Array.from({ length: count }, () => next() / 2 ** 31 - 1);
        const images = random(batch * height * width * into);
        const weight = random(kernel * kernel * into * out);
        const upstream = random(batch * rows * columns * out);
        const expected = { output: upstream.map(() => 0), images: images.map(() => 0), weight: weight.map(() => 0) };
        eachProduct(sizes, (image, tap, output) => {
          expected.output[output] += images[image] * weight[tap];
          expected.images[image] += upstream[output] * weight[tap];
          expected.weight[tap] += upstream[output] * images[image];
        });
        tf.tidy(() => {
          const imagesShape = [batch, height, width, into];
          const x = tf.tensor(images, imagesShape);
          const w = tf.tensor(weight, [kernel, kernel, into, out]);
          const dy = tf.tensor(upstream, [batch, rows, columns, out]);
          const inImages = imagesGradient(tf, imagesShape, w, dy, shape);
          const inWeight = weightGradient(tf, x, w.shape, dy, shape);
          expect(inImages.shape).to.deep.equal(imagesShape);
          expect(inWeight.shape).to.deep.equal(w.shape);
          expectNear(numbers(convolution(tf, x, w, shape)), expected.output);
          expectNear(numbers(inImages), expected.images);
          expectNear(numbers(inWeight), expected.weight);
        });
      });
      fc.assert(property, { numRuns: 60 });
    },
    ["wasm"],
  );
});
