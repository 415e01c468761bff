import type { JsonFields } from "./json-fields.js";

/** How tiles are numbered over the grid: along rows, along rows back and forth, along growing L-shaped shells, along diagonals. */
export const tileOrders = ["row-major", "snake", "shells", "zigzag"] as const;
export type TileOrder = (typeof tileOrders)[number];

/**
 * How an accelerator is built of its parts. A processing element (PE) holds `arraysPerPe` arrays for each sign of the weights;
 * a tile holds `pesPerTile` PEs; tiles stand on a grid. The numbers of the parts themselves are in Components.
 */
export interface Hardware {
  name: string;
  /** Components file: the name of a shipped one, or a path; where left out, the profile's. */
  components?: string;
  arrayRows: number;
  arrayColumns: number;
  /** Weight bit planes that a PE computes side by side. */
  arraysPerPe: number;
  dacsPerArray: number;
  adcsPerArray: number;
  /** Ids of parts in Components. */
  dac: string;
  adc: string;
  cellType: "1T1R" | "0T1R";
  /** Only the profile `physical` asks for it. */
  bitsPerCell: number;
  /** 2: positive and negative weights in arrays of their own, subtracted before the ADC; 1: one array for both. */
  polarity: 1 | 2;
  pesPerTile: number;
  gridRows: number;
  gridColumns: number;
  tileOrder: TileOrder;
  clockMhz: number;
  interTileGbps: number;
  intraTileGbps: number;
  bufferTechnologyNm: number;
  bufferWordBits: number;
  adderTechnologyNm: number;
  shiftRegisterTechnologyNm: number;
  registerTechnologyNm: number;
  jointModuleTechnologyNm: number;
}

/** The defaults of MNSIM 2.0 at commit ca39ccb, with the ISAAC unit of NAS4CIM's Table 2: 8 arrays of 128×128, one ADC each. */
export const isaacUnit: Readonly<Hardware> = {
  name: "isaac-unit",
  arrayRows: 128,
  arrayColumns: 128,
  arraysPerPe: 8,
  dacsPerArray: 128,
  adcsPerArray: 1,
  dac: "1",
  adc: "2",
  cellType: "1T1R",
  bitsPerCell: 1,
  polarity: 2,
  pesPerTile: 4,
  gridRows: 64,
  gridColumns: 64,
  tileOrder: "shells",
  clockMhz: 500,
  interTileGbps: 20,
  intraTileGbps: 1024,
  bufferTechnologyNm: 90,
  bufferWordBits: 64,
  adderTechnologyNm: 45,
  shiftRegisterTechnologyNm: 65,
  registerTechnologyNm: 45,
  jointModuleTechnologyNm: 45,
};

const natural = { atLeast: 1, whole: true };
const positive = { above: 0 };

type Reader = (fields: JsonFields, key: string) => Hardware[keyof Hardware];
const whole: Reader = (fields, key) => fields.number(key, natural);
const number: Reader = (fields, key) => fields.number(key, positive);
const text: Reader = (fields, key) => fields.text(key);

/** How each key is read; the one list of them. */
const readers: Readonly<Record<keyof Hardware, Reader>> = {
  name: text,
  components: text,
  arrayRows: whole,
  arrayColumns: whole,
  arraysPerPe: whole,
  dacsPerArray: whole,
  adcsPerArray: whole,
  dac: text,
  adc: text,
  cellType: (fields, key) => fields.oneOf(key, ["1T1R", "0T1R"]),
  bitsPerCell: (fields, key) => fields.number(key, { ...natural, atMost: 8 }),
  polarity: (fields, key) => fields.oneOf(key, [1, 2]),
  pesPerTile: whole,
  gridRows: whole,
  gridColumns: whole,
  tileOrder: (fields, key) => fields.oneOf(key, tileOrders),
  clockMhz: number,
  interTileGbps: number,
  intraTileGbps: number,
  bufferTechnologyNm: number,
  bufferWordBits: whole,
  adderTechnologyNm: number,
  shiftRegisterTechnologyNm: number,
  registerTechnologyNm: number,
  jointModuleTechnologyNm: number,
};

/** Every key of a hardware description. */
export const hardwareKeys = Object.keys(readers) as (keyof Hardware)[];

/** `base` with the members that `fields` gives; more DACs than rows or ADCs than columns contradict each other. */
export function readHardware(fields: JsonFields, base: Readonly<Hardware>): Hardware {
  const given = hardwareKeys.filter((key) => fields.has(key)).map((key) => [key, readers[key](fields, key)]);
  fields.end();
  const hardware = { ...base, ...(Object.fromEntries(given) as Partial<Hardware>) };
  if (hardware.dacsPerArray > hardware.arrayRows) {
    throw fields.wrong("dacsPerArray", hardware.dacsPerArray, `at most arrayRows, ${hardware.arrayRows}`);
  }
  if (hardware.adcsPerArray > hardware.arrayColumns) {
    throw fields.wrong("adcsPerArray", hardware.adcsPerArray, `at most arrayColumns, ${hardware.arrayColumns}`);
  }
  return hardware;
}
