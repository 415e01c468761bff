import { nameText, path, positive, whole } from "../base/schema/fields.js";
import { z } from "../base/schema/zod.js";

/** How tiles are numbered over the grid: along rows, along rows back and forth, along growing L-shaped shells, along diagonals. */
export const tileOrders = ["row-major", "snake", "shells", "zigzag"] as const;
export type TileOrder = (typeof tileOrders)[number];

/** The keys of a hardware description and what each may be; the one list of them. */
export const hardwareFields = {
  name: nameText.describe("For a person; the file's name where left out."),
  components: path.optional().describe("Components file: the name of a shipped one, or a path; else the profile's."),
  arrayRows: whole(1, 65_536).describe("Word lines of an array."),
  arrayColumns: whole(1, 65_536).describe("Bit lines of an array."),
  arraysPerPe: whole(1, 1024).describe("Weight bit planes that a processing element computes side by side."),
  dacsPerArray: whole(1, 65_536).describe("At most arrayRows."),
  adcsPerArray: whole(1, 65_536).describe("At most arrayColumns."),
  dac: nameText.describe("Id of a DAC of the components."),
  adc: nameText.describe("Id of an ADC of the components."),
  cellType: z.enum(["1T1R", "0T1R"]).describe("With a transistor at each cell, or without."),
  bitsPerCell: whole(1, 8).describe("Only the profile physical asks for it."),
  polarity: z
    .union([z.literal(1), z.literal(2)])
    .describe(
      "2: positive and negative weights in arrays of their own, subtracted before the ADC; 1: one array for both.",
    ),
  pesPerTile: whole(1, 4096).describe("Processing elements of a tile."),
  gridRows: whole(1, 1024).describe("Rows of the grid of tiles."),
  gridColumns: whole(1, 1024).describe("Columns of the grid of tiles."),
  tileOrder: z.enum(tileOrders).describe("How tiles are numbered over the grid."),
  clockMhz: positive.describe("Of the digital parts."),
  interTileGbps: positive.describe("Bandwidth between tiles."),
  intraTileGbps: positive.describe("Bandwidth within a tile."),
  bufferTechnologyNm: positive,
  bufferWordBits: whole(1, 65_536),
  adderTechnologyNm: positive,
  shiftRegisterTechnologyNm: positive,
  registerTechnologyNm: positive,
  jointModuleTechnologyNm: positive,
};

const hardware = z.strictObject(hardwareFields);

/**
 * How an accelerator is built of its parts. A processing element (PE) holds `arraysPerPe` arrays for each sign of the weights;
 * a tile holds `pesPerTile` PEs; tiles stand on a grid. The numbers of the parts themselves are in Components.
 */
export type Hardware = z.output<typeof hardware>;

/** Members of a hardware that stand over those of another. */
export const hardwareChanges = hardware.partial();

/** Every key of a hardware description. */
export const hardwareKeys = Object.keys(hardwareFields) as (keyof Hardware)[];

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

/** Why no array can have that many converters, or undefined where it can: more DACs than rows, more ADCs than columns. */
export function converterFault(hardware: Hardware): { key: keyof Hardware; message: string } | undefined {
  for (const [key, most] of [
    ["dacsPerArray", "arrayRows"],
    ["adcsPerArray", "arrayColumns"],
  ] as const) {
    if (hardware[key] > hardware[most])
      return { key, message: `${key} is ${hardware[key]}, expected at most ${most}, ${hardware[most]}` };
  }
  return undefined;
}
