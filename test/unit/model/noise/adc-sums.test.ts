import { expect } from "chai";
import { toKernelTile } from "../../../../src/device/kernel-tile.js";
import { programCells } from "../../../../src/device/program-cells.js";
import { idealCharacter } from "../../../../src/device/virtual-chip.js";
import { convertReference } from "../../../../src/kernels/reference.js";
import type { MacroSpec } from "../../../../src/macro/macro.js";
import { decodeInto } from "../../../../src/mapping/decode.js";
import { encodeTile } from "../../../../src/mapping/encode.js";
import { unrollReference } from "../../../../src/mapping/im2col.js";
import type { ConvNode, FcNode } from "../../../../src/network/network.js";
import type { MatrixLayer } from "../../../../src/network/quantized-network.js";
import { randomStream } from "../../../../src/base/random-stream.js";
import { adcSums } from "../../../../src/model/noise/adc-sums.js";
import { linesOfLayer, placeForTraining } from "../../../../src/model/noise/layer-cells.js";
import type { ArrayGeometry, CellSettings } from "../../../../src/model/noise/noise-settings.js";
import { normalTensor } from "../../../../src/model/noise/normal-tensor.js";
import { denseLayer } from "../../../support/matrix-layer.js";
import { itWithTensorflow, numbers } from "../../../support/it-with-tensorflow.js";

const conv: ConvNode = {
  id: "conv",
  op: "conv",
  inputs: ["input"],
  kernel: 3,
  stride: 2,
  padding: 1,
  inChannels: 5,
  outChannels: 6,
  weightBits: 4,
  outputBits: 4,
  batchNormEpsilon: 1e-5,
};
const fc: FcNode = { id: "fc", op: "fc", inputs: ["conv"], inFeatures: 54, outFeatures: 7, weightBits: 3 };
const network = { input: { height: 5, width: 5, channels: 5, bits: 3, step: 1 }, nodes: [conv, fc] };
const shapes = {
  conv: { inShape: { height: 5, width: 5, channels: 5 }, outShape: { height: 3, width: 3, channels: 6 } },
  fc: { inShape: { height: 3, width: 3, channels: 6 }, outShape: { height: 1, width: 1, channels: 7 } },
};

const next = randomStream("adc sums");
const draw = (low: number, high: number) => low + (next() % (high - low + 1));

function randomLayer(node: ConvNode | FcNode): MatrixLayer {
  const [rows, outputs] = node.op === "conv" ? [45, 6] : [54, 7];
  const highest = 2 ** (node.weightBits - 1) - 1;
  const weights = Array.from({ length: outputs }, () => Array.from({ length: rows }, () => draw(-highest, highest)));
  const { op, id, weightBits } = node;
  const geometry = node.op === "conv" ? { kernelHeight: 3, kernelWidth: 3, stride: 2, padding: 1 } : {};
  const whole = node.op === "fc" ? { kernelHeight: 3, kernelWidth: 3 } : {};
  return denseLayer(weights, { id, op, weightBits, ...shapes[node.op], ...geometry, ...whole });
}

/** The layer's sums through the reference kernel, tile by tile, as the bench decodes them. */
function referenceSums(
  layer: MatrixLayer,
  maps: Uint8Array,
  images: number,
  inputBits: number,
  spec: MacroSpec,
  stepLevels: number,
  cells?: CellSettings,
): Int32Array {
  const chip = { ...idealCharacter(), ...cells };
  const positions = layer.outShape.height * layer.outShape.width;
  const sums = new Int32Array(images * positions * layer.outputs);
  for (const tile of placeForTraining(network, spec).tiles.filter(({ layer: id }) => id === layer.id)) {
    const image = { ...encodeTile(layer, tile, spec), tile: tile.tile };
    const { conductanceLevels } = programCells(image, chip, 0, 2 ** spec.cellBits - 1);
    const kernelTile = toKernelTile(spec, chip, 0, image, conductanceLevels, stepLevels);
    const vectors = images * positions;
    const data = unrollReference(layer, maps, images, tile.rowBegin, tile.rowEnd);
    const call = { vectors, bits: inputBits, data, firstVector: 0, want: "sums" as const };
    const { values } = convertReference(kernelTile, call);
    const answer = { vectors, outputs: kernelTile.outputs, values, saturated: 0 };
    decodeInto(sums, layer.outputs, answer, tile, spec, stepLevels, { want: "sums", bits: inputBits });
  }
  return sums;
}

const noCells: CellSettings = {
  chipSeed: 6,
  programmingSigmaLevels: [0, 0],
  stuckLowShare: 0,
  stuckHighShare: 0,
  redrawSteps: 1,
};

describe("adcSums", () => {
  for (const differential of ["row-pair", "column-pair", "host"] as const) {
    for (const [bits, stepLevels] of [
      [8, 1],
      [4, 1],
      [3, 2],
    ]) {
      itWithTensorflow(
        `is the reference kernel's integers: ${differential}, ${bits}-bit ADC, step ${stepLevels}`,
        (engine) => {
          const { tf } = engine;
          const macro: ArrayGeometry = { arrayRows: 16, arrayColumns: 8, cellBits: 1, differential };
          const placement = placeForTraining(network, macro);
          const spec: MacroSpec = { ...placement.spec, adcBits: bits };
          for (const node of [conv, fc]) {
            const inputBits = node.op === "conv" ? 3 : 4;
            const { inShape } = shapes[node.op];
            const images = 3;
            const size = inShape.height * inShape.width * inShape.channels;
            const maps = Uint8Array.from({ length: images * size }, () => draw(0, 2 ** inputBits - 1));
            const layer = randomLayer(node);
            const expected = referenceSums(layer, maps, images, inputBits, spec, stepLevels);
            tf.tidy(() => {
              const input = tf.tensor4d(Float32Array.from(maps), [
                images,
                inShape.height,
                inShape.width,
                inShape.channels,
              ]);
              const lines = linesOfLayer(placement, node.id, layer);
              const sums = adcSums(engine, node, input, { inputBits, lines, adc: { bits, stepLevels }, macro });
              expect(numbers(sums)).to.deep.equal([...expected]);
            });
          }
        },
      );
    }
  }

  itWithTensorflow("has the cells that the simulated chip would have, but for the kernel's rounding", (engine) => {
    const { tf } = engine;
    const macro: ArrayGeometry = { arrayRows: 32, arrayColumns: 16, cellBits: 1, differential: "row-pair" };
    const placement = placeForTraining(network, macro);
    const cells = { ...noCells, programmingSigmaLevels: [0.1, 0.2], stuckLowShare: 0.05, stuckHighShare: 0.02 };
    const layer = randomLayer(conv);
    const images = 20;
    const maps = Uint8Array.from({ length: images * 125 }, () => draw(0, 7));
    const expected = referenceSums(layer, maps, images, 3, { ...placement.spec, adcBits: 8 }, 1, cells);
    const ideal = referenceSums(layer, maps, images, 3, { ...placement.spec, adcBits: 8 }, 1);
    tf.tidy(() => {
      const lines = linesOfLayer(placement, "conv", layer, { settings: cells, seed: 0, draws: new Map() });
      const input = tf.tensor4d(Float32Array.from(maps), [images, 5, 5, 5]);
      const sums = numbers(
        adcSums(engine, conv, input, { inputBits: 3, lines, adc: { bits: 8, stepLevels: 1 }, macro }),
      );
      const equal = sums.filter((sum, index) => sum === expected[index]).length / sums.length;
      const untouched = sums.filter((sum, index) => sum === ideal[index]).length / sums.length;
      expect(equal).to.be.greaterThan(0.9);
      expect(untouched).to.be.lessThan(0.5);
    });
  });

  itWithTensorflow("has the gains and offsets of the chip's converters, but for the kernel's rounding", (engine) => {
    const { tf } = engine;
    const macro: ArrayGeometry = { arrayRows: 32, arrayColumns: 16, cellBits: 1, differential: "column-pair" };
    const placement = placeForTraining(network, macro);
    const cells = { ...noCells, adcOffsetSigmaSteps: 2, adcGainSigma: 0.1 };
    const layer = randomLayer(conv);
    const images = 20;
    const maps = Uint8Array.from({ length: images * 125 }, () => draw(0, 7));
    const expected = referenceSums(layer, maps, images, 3, { ...placement.spec, adcBits: 8 }, 1, cells);
    const ideal = referenceSums(layer, maps, images, 3, { ...placement.spec, adcBits: 8 }, 1);
    tf.tidy(() => {
      const lines = linesOfLayer(placement, "conv", layer, { settings: cells, seed: 0, draws: new Map() });
      const input = tf.tensor4d(Float32Array.from(maps), [images, 5, 5, 5]);
      const adc = { bits: 8, stepLevels: 1 };
      const sums = numbers(adcSums(engine, conv, input, { inputBits: 3, lines, adc, macro }));
      const equal = sums.filter((sum, index) => sum === expected[index]).length / sums.length;
      const untouched = sums.filter((sum, index) => sum === ideal[index]).length / sums.length;
      expect(equal).to.be.greaterThan(0.8);
      expect(untouched).to.be.lessThan(0.2);
    });
  });

  itWithTensorflow("adds read noise to every conversion, of the line and of its active cells", (engine) => {
    const { tf } = engine;
    const macro: ArrayGeometry = { arrayRows: 128, arrayColumns: 128, cellBits: 1, differential: "host" };
    const wide: FcNode = { id: "fc", op: "fc", inputs: ["input"], inFeatures: 60, outFeatures: 10, weightBits: 2 };
    const placement = placeForTraining(
      { input: { height: 1, width: 1, channels: 60, bits: 1, step: 1 }, nodes: [wide] },
      macro,
    );
    const layer = { rows: 60, weights: new Int16Array(600).fill(1) };
    const spreadOf = (cells: Partial<CellSettings>, active: number) =>
      tf.tidy(() => {
        const settings = { ...noCells, ...cells };
        const lines = linesOfLayer(placement, "fc", layer, { settings, seed: 0, draws: new Map() });
        const bits = Float32Array.from({ length: 200 * 60 }, (_, index) => Number(index % 60 < active));
        const normal = (shape: [number, number], tile: number, plane: number) =>
          normalTensor(engine, shape, ["read", tile, plane]);
        const conversion = { inputBits: 1, lines, adc: { bits: 12, stepLevels: 1 }, macro, normal };
        const sums = numbers(adcSums(engine, wide, tf.tensor2d(bits, [200, 60]), conversion));
        return Math.sqrt(sums.reduce((sum, value) => sum + (value - active) ** 2, 0) / sums.length);
      });
    // The negative line holds level 0 and stays at its rail half of the time: it adds half of its variance at most.
    expect(spreadOf({}, 40)).to.equal(0);
    expect(spreadOf({ readNoiseSigmaLevels: 4 }, 40)).to.be.within(4, 4 * Math.sqrt(1.6));
    // 40 active cells at level 1: 0.5 × √40; those at level 0 are quiet.
    expect(spreadOf({ cellReadNoiseSigmaLevels: [0, 0.5] }, 40)).to.be.closeTo(Math.sqrt(10 + 1 / 12), 0.25);
    expect(spreadOf({ cellReadNoiseSigmaLevels: [0, 0.5] }, 10)).to.be.closeTo(Math.sqrt(2.5 + 1 / 12), 0.15);
  });

  itWithTensorflow("takes a channel that is kept single for all of its copies", (engine) => {
    const { tf } = engine;
    const macro: ArrayGeometry = { arrayRows: 16, arrayColumns: 8, cellBits: 1, differential: "row-pair" };
    const layer = randomLayer(conv);
    const lines = linesOfLayer(placeForTraining(network, macro), "conv", layer);
    tf.tidy(() => {
      const single = tf.tensor4d(
        Array.from({ length: 50 }, () => draw(0, 7)),
        [2, 5, 5, 1],
      );
      const sumsOf = (input: typeof single) =>
        numbers(adcSums(engine, conv, input, { inputBits: 3, lines, adc: { bits: 5, stepLevels: 1 }, macro }));
      expect(sumsOf(single)).to.deep.equal(sumsOf(tf.tile(single, [1, 1, 1, 5])));
    });
  });
});
