import { expect } from "chai";
import fc from "fast-check";
import { convertReference } from "../../../src/kernels/reference.js";
import { WasmKernel } from "../../../src/kernels/wasm-kernel.js";
import { kernelCase } from "../../support/kernel-cases.js";
import { expectNasError } from "../../support/expect-nas-error.js";

describe("WasmKernel", () => {
  const kernel = new WasmKernel();

  it("gives the reference's integers for any tile, batch, noise and ADC", () => {
    fc.assert(
      fc.property(kernelCase(), ({ tile, call }) => {
        kernel.prepare("tile", tile);
        expect(kernel.run("tile", call)).to.deep.equal(convertReference(tile, call));
      }),
      { numRuns: 300 },
    );
  });

  it("does not depend on how a batch is split", () => {
    fc.assert(
      fc.property(kernelCase(), fc.nat(), ({ tile, call }, cut) => {
        kernel.prepare("tile", tile);
        const whole = kernel.run("tile", call);
        const first = cut % (call.vectors + 1);
        const parts = [
          { ...call, vectors: first, data: call.data.subarray(0, first * tile.rows) },
          {
            ...call,
            vectors: call.vectors - first,
            data: call.data.subarray(first * tile.rows),
            firstVector: call.firstVector + first,
          },
        ].map((part) => kernel.run("tile", part));
        expect([...parts[0].values, ...parts[1].values]).to.deep.equal([...whole.values]);
        expect(parts[0].saturated + parts[1].saturated).to.equal(whole.saturated);
      }),
      { numRuns: 100 },
    );
  });

  it("adds planes to the sums of their codes", () => {
    fc.assert(
      fc.property(kernelCase(), ({ tile, call }) => {
        kernel.prepare("tile", tile);
        const codes = kernel.run("tile", { ...call, want: "codes" }).values;
        const sums = kernel.run("tile", { ...call, want: "sums" }).values;
        for (let vector = 0; vector < call.vectors; vector++) {
          for (let output = 0; output < tile.outputs; output++) {
            let sum = 0;
            for (let plane = 0; plane < call.bits; plane++)
              sum += codes[(vector * call.bits + plane) * tile.outputs + output] * 2 ** plane;
            expect(sums[vector * tile.outputs + output]).to.equal(sum);
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  it("keeps tiles apart and reuses the memory of released ones", () => {
    const [first, second] = fc.sample(kernelCase(), { numRuns: 2, seed: 7 });
    kernel.prepare("first", first.tile);
    kernel.prepare("second", second.tile);
    const expected = convertReference(first.tile, first.call);
    for (let turn = 0; turn < 3; turn++) {
      kernel.release("second");
      kernel.prepare("second", second.tile);
      expect(kernel.run("first", first.call)).to.deep.equal(expected);
    }
    kernel.release("first");
    expectNasError("NAS_KERNEL_FAILED", () => kernel.run("first", first.call));
  });

  it("computes exact integer products", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 90 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 9 }),
        fc.nat(),
        (rows, outputs, vectors, seed) => {
          let state = seed;
          const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 8;
          const weights = Int16Array.from({ length: rows * outputs }, () => (next() % 511) - 255);
          const data = Uint8Array.from({ length: rows * vectors }, () => next() & 255);
          kernel.prepareWeights("weights", weights, rows, outputs);
          const products = kernel.products("weights", data, vectors);
          for (let vector = 0; vector < vectors; vector++) {
            for (let output = 0; output < outputs; output++) {
              let sum = 0;
              for (let row = 0; row < rows; row++) sum += data[vector * rows + row] * weights[output * rows + row];
              expect(products[vector * outputs + output]).to.equal(sum);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("refuses a tile whose column could overflow 16 bits", () => {
    const tile = {
      rows: 2,
      outputs: 1,
      fractionBits: 0,
      contributions: Int16Array.of(32767, -1),
      gains: new Int16Array(1),
      offsets: new Int16Array(1),
      noise: new Int16Array(1),
    };
    const error = expectNasError("NAS_KERNEL_FAILED", () =>
      kernel.prepare("big", { ...tile, noiseKey: [0, 0], lowCode: -128, highCode: 127 }),
    );
    expect(error.context).to.include({ output: 0, magnitude: 32768 });
  });
});
