import { z } from "../base/schema/zod.js";
import type { Components } from "./components.js";
import { type Hardware, isaacUnit, type TileOrder } from "./hardware.js";

/** A hardware as MNSIM's configuration keys describe it, with the numbers that they change in the components. */
export interface GoldenSettings {
  hardware: Hardware;
  /** Members of the crossbar's component numbers. */
  crossbar: Partial<Components["crossbar"]>;
}

/** By MNSIM's Tile_Connection. */
const orders: readonly TileOrder[] = ["row-major", "snake", "shells", "zigzag"];

type Setting = (settings: GoldenSettings, values: number[]) => void;

type HardwareNumber =
  | "arraysPerPe"
  | "dacsPerArray"
  | "adcsPerArray"
  | "clockMhz"
  | "interTileGbps"
  | "intraTileGbps"
  | "adderTechnologyNm"
  | "jointModuleTechnologyNm";

const hardwareNumber =
  (key: HardwareNumber): Setting =>
  ({ hardware }, [value]) => {
    hardware[key] = value;
  };

/** MNSIM's default technology where a key is 0. */
const technology =
  (key: "bufferTechnologyNm" | "registerTechnologyNm" | "shiftRegisterTechnologyNm", fallback: number): Setting =>
  ({ hardware }, [value]) => {
    hardware[key] = value === 0 ? fallback : value;
  };

/** What each key changes; keys of nodes, pixels and areas that the model does not ask for are not accepted. */
const settings: Readonly<Record<string, Setting>> = {
  Xbar_Size: ({ hardware }, [rows, columns]) => {
    hardware.arrayRows = rows;
    hardware.arrayColumns = columns ?? rows;
  },
  // The tool asks that an array is made of whole subarrays, and computes nothing from them.
  Subarray_Size: () => undefined,
  Group_Num: hardwareNumber("arraysPerPe"),
  DAC_Num: hardwareNumber("dacsPerArray"),
  ADC_Num: hardwareNumber("adcsPerArray"),
  DAC_Choice: ({ hardware }, [choice]) => {
    hardware.dac = String(choice);
  },
  ADC_Choice: ({ hardware }, [choice]) => {
    hardware.adc = String(choice);
  },
  Xbar_Polarity: ({ hardware }, [polarity]) => {
    hardware.polarity = polarity === 1 ? 1 : 2;
  },
  PE_Num: ({ hardware }, [rows, columns]) => {
    hardware.pesPerTile = rows * (columns ?? 1);
  },
  Tile_Num: ({ hardware }, [rows, columns]) => {
    hardware.gridRows = rows;
    hardware.gridColumns = columns ?? rows;
  },
  Tile_Connection: ({ hardware }, [order]) => {
    hardware.tileOrder = orders[order];
  },
  Digital_Frequency: hardwareNumber("clockMhz"),
  Inter_Tile_Bandwidth: hardwareNumber("interTileGbps"),
  Intra_Tile_Bandwidth: hardwareNumber("intraTileGbps"),
  Buffer_Technology: technology("bufferTechnologyNm", 65),
  Buffer_Bitwidth: ({ hardware }, [bits]) => {
    hardware.bufferWordBits = bits === 0 ? 256 : bits;
  },
  Adder_Tech: hardwareNumber("adderTechnologyNm"),
  Reg_Tech: technology("registerTechnologyNm", 45),
  ShiftReg_Tech: technology("shiftRegisterTechnologyNm", 65),
  JointModule_Tech: hardwareNumber("jointModuleTechnologyNm"),
  Device_Resistance: ({ crossbar }, ohms) => {
    crossbar.cellResistanceOhm = ohms;
  },
  Read_Voltage: ({ crossbar }, volts) => {
    crossbar.readVoltage = volts;
  },
  Read_Latency: ({ crossbar }, [ns]) => {
    crossbar.readLatencyNs = ns;
  },
  Device_Area: ({ crossbar }, [um2]) => {
    crossbar.cellAreaUm2 = um2;
  },
};

/** 8, "8" or "128,128". */
const numbers = z
  .union([z.number(), z.string().min(1).max(1000)])
  .transform((value) =>
    String(value)
      .split(",")
      .map((part) => (part.trim() === "" ? NaN : Number(part))),
  )
  .refine((values) => values.every((value) => Number.isFinite(value) && value >= 0), "is no list of numbers from 0");

/** One entry of sim_config_overrides: keys of MNSIM's SimConfig.ini over the tool's defaults. */
export const goldenOverrides = z.strictObject({
  Cell_Type: z.enum(["1T1R", "0T1R"]).optional(),
  ...Object.fromEntries(Object.keys(settings).map((key) => [key, numbers.optional()])),
});

/** What such an entry makes of the tool's defaults. */
export function goldenSettings(name: string, overrides: z.output<typeof goldenOverrides>): GoldenSettings {
  const { Cell_Type: cellType = isaacUnit.cellType, ...numeric } = overrides;
  const result: GoldenSettings = { hardware: { ...isaacUnit, name, cellType }, crossbar: {} };
  for (const [key, values] of Object.entries<number[]>(numeric)) settings[key](result, values);
  return result;
}
