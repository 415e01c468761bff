import { NasError } from "../base/errors.js";
import type { Components, ConverterComponent, MultiplexerComponent, SramComponent } from "./components.js";
import type { Hardware } from "./hardware.js";

/** What one of each part takes on a given hardware, scaled to its technology. Times in ns, powers in watt, areas in µm². */
export interface UnitCosts {
  clockNs: number;
  arrayReadNs: number;
  arrayAreaUm2: number;
  /** Of one selected cell, averaged over states and input bits. */
  cellPowerWatt: number;
  /** Of one half-selected cell of a passive array; 0 with transistors. */
  sneakCellPowerWatt: number;
  dac: ConverterComponent;
  adc: ConverterComponent;
  /** Rows that share a DAC and columns that share an ADC. */
  rowsPerDac: number;
  columnsPerAdc: number;
  demux: { latencyNs: number; powerWatt: number; areaUm2: number };
  mux: { latencyNs: number; powerWatt: number; areaUm2: number };
  register: { powerWatt: number; areaUm2: number };
  shiftRegister: { powerWatt: number; areaUm2: number };
  adder: { powerWatt: number; powerWattPerBit: number; areaUm2: number };
  jointModule: { powerWatt: number; areaUm2: number };
  pooling: { latencyNs: number; units: number; window: number; powerWatt: number; areaUm2: number };
  elementwiseSumNs: number;
  buffers: BufferCosts;
}

/** Buffers of one technology and word width, by size. */
export interface BufferCosts {
  cycleNs: number;
  wordBits: number;
  /** In growing order of size; a larger buffer than the last is taken as the last. */
  sizes: { upToBytes: number; readPowerWatt: number; writePowerWatt: number; areaUm2: number }[];
}

/** Passive arrays leak through a quarter of their half-selected cells. */
const halfSelectedShare = 0.25;

/** Joint modules add sums of 8-bit conversions. */
const jointModuleBits = 8;

/** @throws NAS_COST_HARDWARE where the hardware asks for a part that the components do not have */
export function unitCosts(hardware: Hardware, components: Components): UnitCosts {
  const { crossbar, multiplexers, register, shiftRegister, jointModules, pooling, adders } = components;
  const cells = hardware.arrayRows * hardware.arrayColumns;
  const kilobytes = cells / 8192;
  const { quadraticPsPerKilobyte2, linearPsPerKilobyte, constantPs } = crossbar.wireDelay;
  const wirePs = quadraticPsPerKilobyte2 * kilobytes ** 2 + linearPsPerKilobyte * kilobytes + constantPs;
  const meanVoltage2 =
    crossbar.voltageShares[0] * crossbar.readVoltage[0] ** 2 +
    crossbar.voltageShares[1] * crossbar.readVoltage[crossbar.readVoltage.length - 1] ** 2;
  const [highOhm, lowOhm] = [
    crossbar.cellResistanceOhm[0],
    crossbar.cellResistanceOhm[crossbar.cellResistanceOhm.length - 1],
  ];
  const rowsPerDac = Math.ceil(hardware.arrayRows / hardware.dacsPerArray);
  const columnsPerAdc = Math.ceil(hardware.arrayColumns / hardware.adcsPerArray);
  const adder = need(
    adders.parts.find(({ technologyNm }) => technologyNm === hardware.adderTechnologyNm),
    "adderTechnologyNm",
    hardware.adderTechnologyNm,
    adders.parts.map(({ technologyNm }) => technologyNm),
  );
  const joint = need(
    jointModules.parts.find(({ bits }) => bits === jointModuleBits),
    "jointModules of 8 bits",
    jointModuleBits,
    [],
  );
  return {
    clockNs: 1000 / hardware.clockMhz,
    arrayReadNs: crossbar.readLatencyNs + 0.001 * wirePs,
    arrayAreaUm2: cells * crossbar.cellAreaUm2 + crossbar.driverAreaUm2PerRow * hardware.arrayRows,
    cellPowerWatt: meanVoltage2 * (crossbar.resistanceShares[0] / highOhm + crossbar.resistanceShares[1] / lowOhm),
    sneakCellPowerWatt: hardware.cellType === "0T1R" ? (halfSelectedShare * meanVoltage2) / highOhm : 0,
    dac: part("dac", hardware.dac, components.dacs),
    adc: part("adc", hardware.adc, components.adcs),
    rowsPerDac,
    columnsPerAdc,
    demux: selector(multiplexers, rowsPerDac, multiplexers.demuxStageNs),
    mux: selector(multiplexers, columnsPerAdc, multiplexers.muxStageNs),
    register: scaled(register, hardware.registerTechnologyNm / register.technologyNm),
    shiftRegister: scaled(shiftRegister, hardware.shiftRegisterTechnologyNm / shiftRegister.technologyNm),
    adder: {
      powerWatt: adder.powerWattPerBit * adders.bits,
      powerWattPerBit: adder.powerWattPerBit,
      areaUm2: adder.areaUm2PerBit * adders.bits,
    },
    jointModule: scaled(joint, hardware.jointModuleTechnologyNm / jointModules.technologyNm),
    pooling,
    elementwiseSumNs: components.elementwiseSum.latencyNs,
    buffers: bufferCosts(hardware, components.sram),
  };
}

/** Power and area go with the square of the technology node. */
function scaled(
  { powerWatt, areaUm2 }: { powerWatt: number; areaUm2: number },
  ratio: number,
): { powerWatt: number; areaUm2: number } {
  return { powerWatt: powerWatt * ratio ** 2, areaUm2: areaUm2 * ratio ** 2 };
}

function selector(multiplexers: MultiplexerComponent, ways: number, stageNs: number): UnitCosts["mux"] {
  const { parts, powerWattPerTransistor, areaUm2PerTransistor } = multiplexers;
  const { transistors } = parts.find(({ upToWays }) => ways <= upToWays) ?? parts[parts.length - 1];
  return {
    latencyNs: selectorStages(ways) * stageNs,
    powerWatt: transistors * powerWattPerTransistor,
    areaUm2: transistors * areaUm2PerTransistor,
  };
}

/** Stages of 8-way selectors in a row, and one more: 2 for 1 way, 3 for 16, 4 for 128. */
function selectorStages(ways: number): number {
  let stages = 1;
  for (let left = ways; left > 0; left = Math.floor(left / 8)) stages++;
  return stages;
}

function bufferCosts(hardware: Hardware, { cycleNs, parts }: { cycleNs: number; parts: SramComponent[] }): BufferCosts {
  const sizes = parts
    .filter(
      ({ technologyNm, wordBits }) =>
        technologyNm === hardware.bufferTechnologyNm && wordBits === hardware.bufferWordBits,
    )
    .sort((a, b) => a.upToKilobytes - b.upToKilobytes)
    .map(({ upToKilobytes, readEnergyNj, writeEnergyNj, leakageMilliwatt, areaMm2 }) => ({
      upToBytes: upToKilobytes * 1024,
      readPowerWatt: readEnergyNj / cycleNs + leakageMilliwatt / 1000,
      writePowerWatt: writeEnergyNj / cycleNs + leakageMilliwatt / 1000,
      areaUm2: areaMm2 * 1e6,
    }));
  need(
    sizes[0],
    "bufferTechnologyNm and bufferWordBits",
    `${hardware.bufferTechnologyNm} nm, ${hardware.bufferWordBits} bit`,
    parts.map(({ technologyNm, wordBits }) => `${technologyNm} nm, ${wordBits} bit`),
  );
  return { cycleNs, wordBits: hardware.bufferWordBits, sizes };
}

function part(key: "dac" | "adc", id: string, parts: ConverterComponent[]): ConverterComponent {
  return need(
    parts.find((candidate) => candidate.id === id),
    key,
    id,
    parts.map((candidate) => candidate.id),
  );
}

function need<T>(found: T | undefined, key: string, value: unknown, known: unknown[]): T {
  if (found !== undefined) return found;
  const list = [...new Set(known)].join(", ");
  throw new NasError("NAS_COST_HARDWARE", `the components have no part for ${key} = ${String(value)}`, {
    hint: list === "" ? "add the part to the components file" : `known: ${list}; or add it to the components file`,
    context: { key, value },
  });
}
