import { bufferOfSize } from "./buffers.js";
import type { Cost, PartCosts } from "./cost.js";
import type { CostLayer } from "./cost-layer.js";
import type { LayerMapping } from "./mapping.js";
import { overPixels, pixelCounts, type PixelContext, type PixelTimes } from "./pixel-times.js";

/** Buffers of a layer in bytes. */
export interface LayerBuffers {
  inputBytes: number;
  outputBytes: number;
  globalBytes: number;
}

/** What a part takes that a layer does not have. */
const nothing: Cost = Object.freeze({ latencyNs: 0, energyNj: 0, powerWatt: 0, areaMm2: 0 });

/**
 * What every kind of part takes in one layer: its time over all pixels, its power while at work, their product as energy, and
 * the area of all the layer's tiles, used or not.
 */
export function partCosts(
  layer: CostLayer,
  mapping: LayerMapping,
  times: PixelTimes,
  sizes: LayerBuffers,
  context: PixelContext,
): PartCosts {
  const { units, corrections } = context;
  const counts = pixelCounts(layer);
  const pixels = layer.outHeight * layer.outWidth;
  const power = partPowers(mapping, context);
  const area = tileAreas(layer, mapping, sizes, context);
  const tiles = mapping.tiles;
  const part = (nsPerPixel: number, powerWatt: number, areaUm2: number): Cost => {
    if (nsPerPixel === 0 && powerWatt === 0 && areaUm2 === 0) return nothing;
    const latencyNs = nsPerPixel * pixels;
    return { latencyNs, energyNj: latencyNs * powerWatt, powerWatt, areaMm2: areaUm2 * tiles * 1e-6 };
  };
  const adder = part(times.adderNs, power.adder, area.adder);
  // The tool's printed adders have a power, yet no share in the energy.
  const countedAdder = corrections.has("adders-cost-energy") ? adder : { ...adder, energyNj: 0 };
  const buffers = bufferCosts(layer, mapping, sizes, context, {
    inputReadNs: overPixels(times.inputReadNs, counts),
    inputWriteNs: overPixels(times.inputWriteNs, counts),
    outputReadNs: times.outputReadNs * pixels,
    outputWriteNs: times.outputWriteNs * pixels,
  });
  buffers.bufferRead.areaMm2 = area.buffers * tiles * 1e-6;
  return {
    crossbar: part(times.crossbarNs, power.crossbar, area.crossbar),
    dac: part(times.dacNs, power.dac, area.dac),
    adc: part(times.adcNs, power.adc, area.adc),
    bufferRead: buffers.bufferRead,
    bufferWrite: buffers.bufferWrite,
    inputRegister: part(times.inputRegisterNs, power.inputRegister, area.inputRegister),
    outputRegister: part(times.outputRegisterNs, power.outputRegister, area.outputRegister),
    inputDemux: part(times.demuxNs, power.inputDemux, area.inputDemux),
    outputMux: part(times.muxNs, power.outputMux, area.outputMux),
    shiftRegister: part(times.shiftRegisterNs, power.shiftRegister, area.shiftRegister),
    adder: countedAdder,
    jointModule: part(times.jointModuleNs, power.jointModule, area.jointModule),
    pooling: part(times.poolingNs, layer.op === "pool" ? tiles * units.pooling.powerWatt : 0, area.pooling),
    elementwiseSum: sumCost(layer, times, context, pixels),
    intraTile: part(times.intraTileNs, 0, 0),
    tileMerge: part(times.mergeNs, 0, 0),
    tileTransfer: part(times.transferNs, 0, 0),
  };
}

type DigitalPart =
  | "crossbar"
  | "dac"
  | "adc"
  | "inputRegister"
  | "outputRegister"
  | "inputDemux"
  | "outputMux"
  | "shiftRegister"
  | "adder"
  | "jointModule";

/**
 * PEs of a layer that are charged, and joint modules, of which a tile takes one fewer than PEs to add up. The tool takes every
 * tile for as full as the fullest.
 */
function workingPes(
  { pes, tiles, pesPerTile }: LayerMapping,
  { corrections }: PixelContext,
): { pes: number; jointModules: number } {
  if (corrections.has("empty-pes-off")) return { pes, jointModules: pes - tiles };
  return { pes: tiles * pesPerTile, jointModules: tiles * Math.max(0, pesPerTile - 1) };
}

/** Power of a layer's working parts in watt. Rows and columns that share a converter take turns. */
function partPowers(mapping: LayerMapping, context: PixelContext): Record<DigitalPart, number> {
  const { planes, rows, columns } = mapping;
  const { hardware, units } = context;
  const { pes, jointModules } = workingPes(mapping, context);
  const { rowsPerDac, columnsPerAdc, cellPowerWatt, sneakCellPowerWatt } = units;
  const dacs = pes * planes * Math.ceil(rows / rowsPerDac);
  const columnsAtOnce = Math.ceil(columns / columnsPerAdc);
  const adcs = pes * planes * columnsAtOnce;
  const idleCells = rows * (hardware.arrayColumns - columns);
  const arrayWatt =
    (rows * columns * cellPowerWatt + (columns === 0 ? 0 : idleCells * sneakCellPowerWatt)) /
    rowsPerDac /
    columnsPerAdc;
  return {
    crossbar: pes * hardware.polarity * planes * arrayWatt,
    dac: dacs * units.dac.powerWatt,
    adc: adcs * units.adc.powerWatt,
    inputRegister: dacs * units.register.powerWatt,
    outputRegister: adcs * units.register.powerWatt,
    inputDemux: dacs * units.demux.powerWatt,
    outputMux: adcs * units.mux.powerWatt,
    shiftRegister: adcs * units.shiftRegister.powerWatt,
    adder: pes * Math.max(0, planes - 1) * columnsAtOnce * units.adder.powerWatt,
    jointModule: jointModules * columnsAtOnce * units.jointModule.powerWatt,
  };
}

/** Area of one tile in µm²: every array, converter and buffer of all its PEs, whether the layer uses them or not. */
function tileAreas(
  layer: CostLayer,
  { tiles }: LayerMapping,
  sizes: LayerBuffers,
  { hardware, units, corrections }: PixelContext,
): Record<DigitalPart | "pooling" | "buffers", number> {
  const { arraysPerPe, dacsPerArray, adcsPerArray, polarity, pesPerTile } = hardware;
  const holdsArrays = tiles > 0 && !(layer.op === "pool" && corrections.has("pooling-tile-without-arrays"));
  const pes = holdsArrays ? pesPerTile : 0;
  const dacs = pes * arraysPerPe * dacsPerArray;
  const adcs = pes * arraysPerPe * adcsPerArray;
  const inputBuffers = layer.op === "pool" && !holdsArrays ? 1 : pes;
  return {
    crossbar: pes * polarity * arraysPerPe * units.arrayAreaUm2,
    dac: dacs * units.dac.areaUm2,
    adc: adcs * units.adc.areaUm2,
    inputRegister: dacs * units.register.areaUm2,
    outputRegister: adcs * units.register.areaUm2,
    inputDemux: dacs * units.demux.areaUm2,
    outputMux: adcs * units.mux.areaUm2,
    shiftRegister: adcs * units.shiftRegister.areaUm2,
    adder: pes * (arraysPerPe - 1) * adcsPerArray * units.adder.areaUm2,
    jointModule: Math.max(0, pes - 1) * arraysPerPe * adcsPerArray * units.jointModule.areaUm2,
    pooling: tiles > 0 ? units.pooling.areaUm2 : 0,
    buffers:
      tiles > 0
        ? inputBuffers * bufferOfSize(sizes.inputBytes, units.buffers).areaUm2 +
          bufferOfSize(sizes.outputBytes, units.buffers).areaUm2
        : 0,
  };
}

/** How long a layer's buffers are read and written, over all its pixels. */
interface BufferTimes {
  inputReadNs: number;
  inputWriteNs: number;
  outputReadNs: number;
  outputWriteNs: number;
}

/** Reads and writes of a layer's buffers; their area goes with the reads, added by the caller. */
function bufferCosts(
  layer: CostLayer,
  mapping: LayerMapping,
  sizes: LayerBuffers,
  context: PixelContext,
  { inputReadNs, inputWriteNs, outputReadNs, outputWriteNs }: BufferTimes,
): { bufferRead: Cost; bufferWrite: Cost } {
  const { units, corrections } = context;
  const { tiles } = mapping;
  const cost = (inputNs: number, outputNs: number, inputWatt: number, outputWatt: number): Cost => {
    const powerWatt = inputWatt + outputWatt;
    const energyNj = corrections.has("buffers-charged-once")
      ? inputNs * inputWatt + outputNs * outputWatt
      : (inputNs + outputNs) * powerWatt;
    return { latencyNs: inputNs + outputNs, energyNj, powerWatt, areaMm2: 0 };
  };
  if (layer.op === "add") {
    const { readPowerWatt, writePowerWatt } = bufferOfSize(sizes.globalBytes, units.buffers);
    const share = corrections.has("sums-cost-energy") ? 1 : 0;
    return {
      bufferRead: cost(inputReadNs, outputReadNs, share * readPowerWatt, 0),
      bufferWrite: cost(inputWriteNs, outputWriteNs, share * writePowerWatt, 0),
    };
  }
  const input = bufferOfSize(sizes.inputBytes, units.buffers);
  const output = bufferOfSize(sizes.outputBytes, units.buffers);
  // A pooling tile works between its two buffers; the tool counts the output buffer's power alone.
  const poolBuffers = corrections.has("buffers-charged-once") ? tiles : 0;
  const inputBuffers = layer.op === "pool" ? poolBuffers : workingPes(mapping, context).pes;
  return {
    bufferRead: cost(inputReadNs, outputReadNs, inputBuffers * input.readPowerWatt, tiles * output.readPowerWatt),
    bufferWrite: cost(inputWriteNs, outputWriteNs, inputBuffers * input.writePowerWatt, tiles * output.writePowerWatt),
  };
}

/** The adders of a sum: one for each channel and input beyond the first, as wide as the values. */
function sumCost(layer: CostLayer, times: PixelTimes, { units, corrections }: PixelContext, pixels: number): Cost {
  const latencyNs = times.elementwiseSumNs * pixels;
  if (layer.op !== "add" || !corrections.has("sums-cost-energy")) {
    return { latencyNs, energyNj: 0, powerWatt: 0, areaMm2: 0 };
  }
  const bits = (layer.inputs.length - 1) * layer.outChannels * layer.outputBits;
  const powerWatt = bits * units.adder.powerWattPerBit;
  return {
    latencyNs,
    energyNj: latencyNs * powerWatt,
    powerWatt,
    areaMm2: (bits / 8) * units.adder.areaUm2 * 1e-6,
  };
}
