import { bufferNs } from "./buffers.js";
import type { CostLayer } from "./cost-layer.js";
import type { Hardware } from "./hardware.js";
import type { LayerMapping } from "./mapping.js";
import type { LayerDistances } from "./placement.js";
import type { Correction } from "./profile.js";
import type { UnitCosts } from "./unit-costs.js";

/** In a pipeline a layer starts with its window's rows; otherwise the whole map before it is there. */
export type Schedule = "pipelined" | "sequential";

/** Output pixels of a layer fall into four kinds by what they must fetch: the first, the rest of row 0, the first of a row, all others. */
export type PixelKinds<T> = [first: T, restOfFirstRow: T, firstOfRow: T, other: T];

/** What one output pixel takes, part by part, in ns; what depends on the kind of pixel is given by kind. */
export interface PixelTimes {
  /** New input into the input buffer, then the window's values out of it. */
  inputWriteNs: PixelKinds<number>;
  inputReadNs: PixelKinds<number>;
  outputWriteNs: number;
  outputReadNs: number;
  dacNs: number;
  crossbarNs: number;
  adcNs: number;
  inputRegisterNs: number;
  outputRegisterNs: number;
  demuxNs: number;
  muxNs: number;
  shiftRegisterNs: number;
  adderNs: number;
  jointModuleNs: number;
  poolingNs: number;
  intraTileNs: number;
  /** Collecting the tiles' results, the read of the output buffer included. */
  mergeNs: number;
  transferNs: number;
  elementwiseSumNs: number;
  /** From when a pixel's input is there to when the pixel is there. */
  stepNs: PixelKinds<number>;
}

/** Everything a layer's pixel times follow from. */
export interface PixelContext {
  hardware: Hardware;
  units: UnitCosts;
  corrections: ReadonlySet<Correction>;
  schedule: Schedule;
}

export function pixelTimes(
  layer: CostLayer,
  mapping: LayerMapping,
  distance: LayerDistances,
  context: PixelContext,
): PixelTimes {
  switch (layer.op) {
    case "conv":
    case "fc":
      return matrixTimes(layer, mapping, distance, context);
    case "pool":
      return poolTimes(layer, distance, context);
    case "add":
      return sumTimes(layer, distance, context);
  }
}

/** One pixel of a convolution or fc: bit by bit through DACs, arrays and ADCs, then up through PE, tile and network. */
function matrixTimes(
  layer: CostLayer,
  mapping: LayerMapping,
  distance: LayerDistances,
  { hardware, units, corrections, schedule }: PixelContext,
): PixelTimes {
  const { clockNs, buffers } = units;
  const { rows, columns, pesPerTile } = mapping;
  const channels = rows / layer.kernel ** 2;
  const rowParts = Math.ceil(rows / hardware.dacsPerArray);
  const columnParts = Math.ceil(columns / hardware.adcsPerArray);
  const inputBits = corrections.has("no-sign-cycle") ? layer.inputBits - 1 : layer.inputBits;
  const conversions = Math.ceil(inputBits / units.dac.bits) * rowParts * columnParts;
  const mergeStages = ceilLog2(pesPerTile);
  // Sums grow by a bit at every stage on their way through the tile.
  const bitsThroughTile =
    ceilLog2(hardware.pesPerTile) * (units.adc.bits + mergeStages) - (mergeStages * (mergeStages + 1)) / 2;
  const outputBits = columns * layer.outputBits * pesPerTile;
  const outputReadNs = bufferNs(outputBits, buffers);
  const times: PixelTimes = {
    ...idle(),
    ...inputTimes(layer, channels, rows, units, schedule),
    outputWriteNs: bufferNs((units.adc.bits + mergeStages) * columns * pesPerTile, buffers),
    outputReadNs,
    dacNs: conversions * units.dac.latencyNs,
    crossbarNs: conversions * units.arrayReadNs,
    adcNs: conversions * units.adc.latencyNs,
    inputRegisterNs: (rowParts * columnParts + conversions) * clockNs,
    outputRegisterNs: columnParts * clockNs,
    demuxNs: conversions * units.demux.latencyNs,
    muxNs: conversions * units.mux.latencyNs,
    shiftRegisterNs: conversions * clockNs,
    adderNs: columnParts * ceilLog2(hardware.arraysPerPe) * clockNs,
    jointModuleNs: mergeStages * clockNs,
    intraTileNs: (bitsThroughTile * columns) / hardware.intraTileGbps,
    mergeNs: outputReadNs + distance.merge * (clockNs + outputBits / hardware.interTileGbps),
    transferNs: (distance.transfer * layer.outChannels * layer.outputBits) / hardware.interTileGbps,
  };
  return withSteps(times, 0);
}

function poolTimes(
  layer: CostLayer,
  distance: LayerDistances,
  { hardware, units, corrections, schedule }: PixelContext,
): PixelTimes {
  const { pooling, buffers } = units;
  const window = layer.kernel ** 2;
  const outputBits = layer.outChannels * layer.outputBits;
  const outputNs = bufferNs(outputBits, buffers);
  const times: PixelTimes = {
    ...idle(),
    ...inputTimes(layer, layer.inChannels, window * layer.inChannels, units, schedule),
    outputWriteNs: outputNs,
    outputReadNs: outputNs,
    poolingNs: pooling.latencyNs * Math.ceil(layer.inChannels / pooling.units) * Math.ceil(window / pooling.window),
    mergeNs: outputNs,
    transferNs: (distance.transfer * outputBits) / hardware.interTileGbps,
  };
  return withSteps(times, corrections.has("output-read-once") ? 0 : outputNs);
}

function sumTimes(
  layer: CostLayer,
  distance: LayerDistances,
  { hardware, units: { buffers, elementwiseSumNs } }: PixelContext,
): PixelTimes {
  const bits = layer.outChannels * layer.outputBits;
  const inputNs = bufferNs(layer.inputs.length * bits, buffers);
  const times: PixelTimes = {
    ...idle(),
    inputWriteNs: [inputNs, inputNs, inputNs, inputNs],
    inputReadNs: [inputNs, inputNs, inputNs, inputNs],
    elementwiseSumNs,
    transferNs: (distance.transfer * bits) / hardware.interTileGbps,
  };
  return withSteps(times, 0);
}

/** What comes into the input buffer for a pixel and what is read of it: whole windows at the start of a row, `stride` columns after. */
function inputTimes(
  layer: CostLayer,
  channels: number,
  rows: number,
  { buffers }: UnitCosts,
  schedule: Schedule,
): Pick<PixelTimes, "inputWriteNs" | "inputReadNs"> {
  const ns = (values: number): number => bufferNs(values * layer.inputBits, buffers);
  if (layer.op === "fc") {
    const all = ns(rows);
    return { inputWriteNs: [all, all, all, all], inputReadNs: [all, all, all, all] };
  }
  const { kernel, stride, padding, inWidth } = layer;
  const inside = kernel - padding;
  const whole = ns(rows);
  const next = ns(stride * kernel * channels);
  const inputReadNs: PixelKinds<number> = [whole, next, whole, next];
  if (schedule === "sequential") {
    // Input comes line by line, whatever the window needs of it.
    const other = ns(channels * stride);
    const rowStart = ns(channels * (inWidth * (stride - 1) + inside));
    return { inputWriteNs: [ns(channels * (inWidth * (inside - 1) + inside)), other, rowStart, other], inputReadNs };
  }
  return {
    inputWriteNs: [
      ns(channels * inside ** 2),
      ns(channels * stride * kernel),
      ns(channels * stride * inside),
      ns(channels * stride ** 2),
    ],
    inputReadNs,
  };
}

/** `extraNs`: waiting that belongs to no part. */
function withSteps(times: PixelTimes, extraNs: number): PixelTimes {
  const sameForAll =
    times.outputWriteNs +
    times.dacNs +
    times.crossbarNs +
    times.adcNs +
    times.inputRegisterNs +
    times.outputRegisterNs +
    times.demuxNs +
    times.muxNs +
    times.shiftRegisterNs +
    times.adderNs +
    times.jointModuleNs +
    times.poolingNs +
    times.intraTileNs +
    times.mergeNs +
    times.transferNs +
    times.elementwiseSumNs +
    extraNs;
  for (let kind = 0; kind < 4; kind++) {
    times.stepNs[kind] = sameForAll + times.inputWriteNs[kind] + times.inputReadNs[kind];
  }
  return times;
}

function idle(): PixelTimes {
  return {
    inputWriteNs: [0, 0, 0, 0],
    inputReadNs: [0, 0, 0, 0],
    outputWriteNs: 0,
    outputReadNs: 0,
    dacNs: 0,
    crossbarNs: 0,
    adcNs: 0,
    inputRegisterNs: 0,
    outputRegisterNs: 0,
    demuxNs: 0,
    muxNs: 0,
    shiftRegisterNs: 0,
    adderNs: 0,
    jointModuleNs: 0,
    poolingNs: 0,
    intraTileNs: 0,
    mergeNs: 0,
    transferNs: 0,
    elementwiseSumNs: 0,
    stepNs: [0, 0, 0, 0],
  };
}

function ceilLog2(value: number): number {
  return Math.ceil(Math.log2(value));
}

/** How many pixels of each kind a map has. */
export function pixelCounts(layer: CostLayer): PixelKinds<number> {
  const { outHeight, outWidth } = layer;
  return [1, outWidth - 1, outHeight - 1, (outHeight - 1) * (outWidth - 1)];
}

/** Sum over all pixels of what depends on the kind of pixel. */
export function overPixels(times: PixelKinds<number>, counts: PixelKinds<number>): number {
  return times[0] * counts[0] + times[1] * counts[1] + times[2] * counts[2] + times[3] * counts[3];
}
