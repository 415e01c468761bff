import { expect } from "chai";
import fc from "fast-check";
import { sharePool } from "../../../src/kernels/worker-pool.js";
import { SimulatedMacro } from "../../../src/device/simulated-macro.js";
import { idealCharacter } from "../../../src/device/virtual-chip.js";
import type { MacroSpec } from "../../../src/macro/macro.js";
import { decodeInto } from "../../../src/mapping/decode.js";
import { encodeTile } from "../../../src/mapping/encode.js";
import { unroll } from "../../../src/mapping/im2col.js";
import { placeNetwork } from "../../../src/mapping/place-network.js";
import { matrixReference } from "../../../src/network/integer-network.js";
import { highestWeight, type MatrixLayer, type QuantizedNetwork } from "../../../src/network/quantized-network.js";
import { expectNasError } from "../../support/expect-nas-error.js";

/** Any convolution with any weight bits over any cell bits, on any of the three differential layouts. */
const mappedLayer = fc
  .record({
    height: fc.integer({ min: 1, max: 7 }),
    width: fc.integer({ min: 1, max: 7 }),
    channels: fc.integer({ min: 1, max: 6 }),
    kernel: fc.integer({ min: 1, max: 5 }),
    stride: fc.integer({ min: 1, max: 3 }),
    padding: fc.integer({ min: 0, max: 2 }),
    outputs: fc.integer({ min: 1, max: 20 }),
    inputBits: fc.integer({ min: 1, max: 8 }),
    weightBits: fc.integer({ min: 2, max: 8 }),
    cellBits: fc.integer({ min: 1, max: 7 }),
    arrayRows: fc.constantFrom(16, 32, 128),
    arrayColumns: fc.constantFrom(32, 64, 128),
    differential: fc.constantFrom("row-pair" as const, "column-pair" as const, "host" as const),
    shiftAdd: fc.boolean(),
    arrays: fc.integer({ min: 1, max: 9 }),
    seed: fc.nat(),
  })
  .filter(({ height, width, kernel, padding }) => height + 2 * padding >= kernel && width + 2 * padding >= kernel)
  .map((choice) => {
    const { height, width, channels, kernel, stride, padding, outputs, inputBits, weightBits } = choice;
    let state = choice.seed;
    const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 8;
    const rows = kernel * kernel * channels;
    const highest = highestWeight(weightBits);
    const layer: MatrixLayer = {
      id: "layer",
      op: "conv",
      source: "input",
      inShape: { height, width, channels },
      outShape: {
        height: Math.floor((height + 2 * padding - kernel) / stride) + 1,
        width: Math.floor((width + 2 * padding - kernel) / stride) + 1,
        channels: outputs,
      },
      kernelHeight: kernel,
      kernelWidth: kernel,
      stride,
      padding,
      rows,
      outputs,
      inputBits,
      weightBits,
      weights: Int16Array.from({ length: rows * outputs }, () => (next() % (2 * highest + 1)) - highest),
      multiplier: new Float64Array(outputs),
      offset: new Float64Array(outputs),
    };
    const images = 2;
    const maps = Uint8Array.from({ length: images * height * width * channels }, () => next() & (2 ** inputBits - 1));
    const spec: MacroSpec = {
      contract: 2,
      arrayRows: choice.arrayRows,
      arrayColumns: choice.arrayColumns,
      arrays: choice.arrays,
      cellBits: choice.cellBits,
      inputBits: 8,
      // Wide enough for the sum of a 128-row column of 7-bit cells: nothing may clip.
      adcBits: choice.differential === "host" ? 15 : 16,
      differential: choice.differential,
      shiftAdd: choice.shiftAdd,
      adcStepLevels: [1, 2],
      maxVectors: 4096,
    };
    const network: QuantizedNetwork = {
      name: "any",
      input: { height, width, channels, bits: inputBits, step: 1 },
      nodes: [layer],
    };
    return { layer, images, maps, spec, network };
  });

describe("mapping", () => {
  // Held open, so that not every case starts a thread of its own.
  let lease: AsyncDisposable;
  before(() => {
    lease = sharePool(1);
  });
  after(() => lease[Symbol.asyncDispose]());

  it("gives exact integer convolution on an ideal macro, whatever the layout, slices, splits and rounds", async function () {
    this.timeout(30_000);
    await fc.assert(
      fc.asyncProperty(mappedLayer, async ({ layer, images, maps, spec, network }) => {
        const placement = placeNetwork(network, spec);
        await using macro = new SimulatedMacro({
          spec,
          identity: { driver: "test", kind: "virtual", chipId: "ideal", description: "" },
          chip: idealCharacter(),
          seed: 1,
          lease: sharePool(1),
        });
        const positions = layer.outShape.height * layer.outShape.width;
        const sums = new Int32Array(images * positions * layer.outputs);
        for (const tile of placement.tiles) {
          await macro.program(encodeTile(layer, tile, spec));
          const want = spec.shiftAdd ? ("sums" as const) : ("codes" as const);
          const data = unroll(layer, maps, images, tile.rowBegin, tile.rowEnd);
          const rows = tile.rowEnd - tile.rowBegin;
          const answer = await macro.compute({
            array: tile.array,
            vectors: images * positions,
            rows,
            bits: layer.inputBits,
            data,
            want,
          });
          decodeInto(sums, layer.outputs, answer, tile, spec, 1, { want, bits: layer.inputBits });
        }
        const mapBytes = maps.length / images;
        const expected = [0, 1].flatMap((image) => [
          ...matrixReference(layer, maps.subarray(image * mapBytes, (image + 1) * mapBytes)),
        ]);
        expect([...sums]).to.deep.equal(expected);
      }),
      { numRuns: 150 },
    );
  });

  it("covers every weight exactly once and keeps within the arrays", () => {
    fc.assert(
      fc.property(mappedLayer, ({ layer, spec, network }) => {
        const { tiles, rounds } = placeNetwork(network, spec);
        const covered = new Uint8Array(layer.rows * layer.outputs);
        const taken = new Set<string>();
        for (const tile of tiles) {
          expect(tile.rows).to.be.within(1, spec.arrayRows);
          expect(tile.columns).to.be.within(1, spec.arrayColumns);
          expect(tile.array).to.be.within(0, spec.arrays - 1);
          expect(taken.has(`${tile.round}/${tile.array}`)).to.equal(false);
          taken.add(`${tile.round}/${tile.array}`);
          for (let row = tile.rowBegin; row < tile.rowEnd; row++) {
            for (let output = tile.outputBegin; output < tile.outputEnd; output++)
              covered[row * layer.outputs + output]++;
          }
        }
        expect(covered.every((count) => count === 1)).to.equal(true);
        expect(rounds).to.equal(Math.ceil(tiles.length / spec.arrays));
      }),
    );
  });

  it("says what is missing where no number of rounds would do", () => {
    const [{ network, spec }] = fc.sample(mappedLayer, { numRuns: 1, seed: 3 });
    const layer = { ...(network.nodes[0] as MatrixLayer), weightBits: 8, inputBits: 8 };
    const narrow = { ...spec, cellBits: 1, arrayColumns: 8, differential: "host" as const };
    const error = expectNasError("NAS_MAPPING_IMPOSSIBLE", () => placeNetwork({ ...network, nodes: [layer] }, narrow));
    expect(error.message).to.contain("takes 14 columns of 1-bit cells, an array has 8");
    const fewBits = expectNasError("NAS_MAPPING_IMPOSSIBLE", () =>
      placeNetwork({ ...network, nodes: [layer] }, { ...spec, inputBits: 4 }),
    );
    expect(fewBits.message).to.contain("8 bits, the macro feeds 4");
  });
});
