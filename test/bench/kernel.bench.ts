/**
 * `npm run bench`: how fast a chip is simulated. Every figure is measured in this very run: CPU seconds of all threads of
 * the process, images of the shipped network at 8-bit and at its own input widths. `-- --json` prints
 * { cases: [{ name, imagesPerCpuSecond, ... }], compareCodes: { images, rounds, compare, infer } }.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../src/base/paths.js";
import { keyedUniform } from "../../src/base/keyed-random.js";
import { toKernelTile } from "../../src/device/kernel-tile.js";
import { programCells } from "../../src/device/program-cells.js";
import { SimulatedMacro } from "../../src/device/simulated-macro.js";
import { readChipCharacter } from "../../src/device/read-chip.js";
import { idealCharacter, type ChipCharacter } from "../../src/device/virtual-chip.js";
import { convertReference } from "../../src/kernels/reference.js";
import type { KernelCall, KernelTile } from "../../src/kernels/tile-kernel.js";
import { WasmKernel } from "../../src/kernels/wasm-kernel.js";
import { sharePool } from "../../src/kernels/worker-pool.js";
import type { MacroSpec } from "../../src/macro/macro.js";
import { encodeTile } from "../../src/mapping/encode.js";
import { placeNetwork } from "../../src/mapping/place-network.js";
import type { Tile } from "../../src/mapping/placement.js";
import { quantize } from "../../src/network/quantize.js";
import type { MatrixLayer, QuantizedNetwork } from "../../src/network/quantized-network.js";
import { readNetwork } from "../../src/network/read-network.js";
import { enter } from "../../src/run/batch-state.js";
import { forward } from "../../src/run/forward.js";
import { macroEngine } from "../../src/run/macro-engine.js";
import { programRound } from "../../src/run/program-round.js";
import { compareCodesCase } from "./compare-codes-case.js";

interface Case {
  name: string;
  imagesPerCpuSecond: number;
  images: number;
  cpuSeconds: number;
  /** CPU seconds that 10,000 images would take at this rate. */
  cpuSecondsPer10000Images: number;
  /** The first case's rate over this one's, where they are the same work. */
  timesFasterThanReference?: number;
  peakMegabytes?: number;
}

const spec: MacroSpec = {
  contract: 2,
  arrayRows: 128,
  arrayColumns: 128,
  arrays: 16,
  cellBits: 3,
  inputBits: 8,
  adcBits: 8,
  differential: "column-pair",
  shiftAdd: true,
  adcStepLevels: [1],
  maxVectors: 65536,
};
const root = packageRoot();
const shipped = quantize(readNetwork(join(root, "fixtures", "networks", "fashion-mnist-accuracy-first")));
const noisyChip = readChipCharacter(join(root, "calibration", "vc-0001", "2026-11-23", "chip.json"), spec.cellBits);
const quietChip: ChipCharacter = { ...noisyChip, readNoiseSigmaLevels: 0 };

/** The shipped network with activations of 8 bits in every layer. */
const eightBit: QuantizedNetwork = {
  ...shipped,
  nodes: shipped.nodes.map((node) => {
    if (node.op === "globalAveragePool" || node.op === "add") return { ...node, outputBits: 8 };
    if (node.op === "pool" || node.op === "shortcut") return node;
    return { ...node, inputBits: 8, ...(node.outputBits === undefined ? {} : { outputBits: 8 }) };
  }),
};

function cpuSecondsNow(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function record(name: string, images: number, cpuSeconds: number, more: Partial<Case> = {}): Case {
  return {
    name,
    imagesPerCpuSecond: images / cpuSeconds,
    images,
    cpuSeconds,
    cpuSecondsPer10000Images: (10_000 * cpuSeconds) / images,
    ...more,
  };
}

/** The kernels alone: every tile of the network on the input vectors of some images, inputs drawn at random. */
function kernelCases(chip: ChipCharacter, noise: string): Case[] {
  const placement = placeNetwork(eightBit, spec);
  const tiles = placement.tiles.map((tile) => ({ tile, kernelTile: programmed(chip, tile) }));
  const calls = (images: number) => tiles.map(({ tile, kernelTile }) => ({ kernelTile, call: callFor(tile, images) }));
  const kernel = new WasmKernel();
  const few = calls(1);
  let started = cpuSecondsNow();
  for (const { kernelTile, call } of few) convertReference(kernelTile, call);
  const reference = record(`reference kernel, 8-bit inputs, ${noise}`, 1, cpuSecondsNow() - started);
  const batch = 16;
  const many = calls(batch);
  const runFast = () => {
    for (const { kernelTile, call } of many) {
      kernel.prepare("tile", kernelTile);
      kernel.run("tile", call);
    }
  };
  runFast();
  started = cpuSecondsNow();
  let images = 0;
  while (cpuSecondsNow() - started < 2) {
    runFast();
    images += batch;
  }
  const fast = record(`fast kernel, 8-bit inputs, ${noise}`, images, cpuSecondsNow() - started);
  fast.timesFasterThanReference = fast.imagesPerCpuSecond / reference.imagesPerCpuSecond;
  return [reference, fast];
}

function layerOf(network: QuantizedNetwork, tile: Tile): MatrixLayer {
  return network.nodes.find(({ id }) => id === tile.layer) as MatrixLayer;
}

function programmed(chip: ChipCharacter, tile: Tile): KernelTile {
  const image = { ...encodeTile(layerOf(eightBit, tile), tile, spec), tile: tile.tile };
  const { conductanceLevels } = programCells(image, chip, 1, 2 ** spec.cellBits - 1);
  return toKernelTile(spec, chip, 1, image, conductanceLevels, 1);
}

function callFor(tile: Tile, images: number): KernelCall {
  const { outShape } = layerOf(eightBit, tile);
  const vectors = images * outShape.height * outShape.width;
  const length = vectors * (tile.rowEnd - tile.rowBegin);
  return { vectors, bits: 8, data: randomBytes(length), firstVector: 0, want: "sums" };
}

function randomBytes(length: number): Uint8Array {
  let state = Math.floor(keyedUniform("bench") * 2 ** 32);
  return Uint8Array.from({ length }, () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24);
}

/** Whole inference on one kernel thread: unroll, convert, decode, requantize, for as many images as a few seconds allow. */
async function inferenceCase(name: string, network: QuantizedNetwork, chip: ChipCharacter): Promise<Case> {
  const identity = { driver: "bench", kind: "virtual" as const, chipId: chip.chipId, description: "" };
  await using macro = new SimulatedMacro({ spec, identity, chip, seed: 1, lease: sharePool(1) });
  const placement = placeNetwork(network, spec);
  await programRound("chip", macro, network, placement, 0, {});
  const engine = macroEngine(
    macro,
    placement,
    placement.tiles.map(() => 1),
  );
  const batch = 16;
  const { height, width, channels } = network.input;
  const input = randomBytes(batch * height * width * channels);
  const step = async (firstImage: number) => forward(network, engine, enter(input, batch), { round: 0, firstImage });
  await step(0);
  const started = cpuSecondsNow();
  let images = 0;
  let peakMegabytes = 0;
  while (cpuSecondsNow() - started < 4) {
    await Promise.all([step(images), step(images + batch)]);
    images += 2 * batch;
    peakMegabytes = Math.max(peakMegabytes, process.memoryUsage().rss / 1e6);
  }
  return record(name, images, cpuSecondsNow() - started, { peakMegabytes });
}

const cases: Case[] = [
  ...kernelCases(quietChip, "no read noise"),
  ...kernelCases(noisyChip, "read noise on every conversion"),
  await inferenceCase("whole inference, 8-bit inputs, no noise", eightBit, idealCharacter()),
  await inferenceCase("whole inference, 8-bit inputs, read noise", eightBit, noisyChip),
  await inferenceCase("whole inference, the shipped network's own bits, read noise", shipped, noisyChip),
];

const folder = mkdtempSync(join(tmpdir(), "nas4cim-bench-"));
const compareImages = 20;
const codes = await compareCodesCase({ ...spec, arrays: 16 }, noisyChip, compareImages, folder);
rmSync(folder, { recursive: true });

if (process.argv.includes("--json")) {
  process.stdout.write(`${JSON.stringify({ cases, compareCodes: { images: compareImages, ...codes } }, null, 2)}\n`);
} else {
  process.stdout.write(
    `${shipped.name}: ${placeNetwork(shipped, spec).tiles.length} tiles of 128×128, 8-bit ADC; CPU seconds of all threads\n\n`,
  );
  for (const { name, imagesPerCpuSecond, cpuSecondsPer10000Images, timesFasterThanReference, peakMegabytes } of cases) {
    const notes = [
      `${cpuSecondsPer10000Images.toFixed(1)} CPU-s for 10,000`,
      timesFasterThanReference === undefined ? "" : `${timesFasterThanReference.toFixed(0)}× the reference`,
      peakMegabytes === undefined ? "" : `${peakMegabytes.toFixed(0)} MB`,
    ];
    process.stdout.write(
      `${name.padEnd(62)}${imagesPerCpuSecond.toFixed(2).padStart(10)} images/CPU-s   ${notes.filter(Boolean).join(", ")}\n`,
    );
  }
  const { rounds, compare, infer } = codes;
  process.stdout.write(
    `\nResNet-20 of random weights, 8 bits, ${rounds} rounds, ${compareImages} images: comparing all codes ${compare.cpuSeconds.toFixed(1)} CPU-s, ` +
      `${compare.wallSeconds.toFixed(1)} s on the clock; the subject's inference of the same images ${infer.cpuSeconds.toFixed(1)} CPU-s, ${infer.wallSeconds.toFixed(1)} s\n`,
  );
}
