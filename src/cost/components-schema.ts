import { count, fromZero, nameText, path, positive, sentence, share, whole } from "../base/schema/fields.js";
import { everyFault, type JsonFormat } from "../base/schema/json-format.js";
import { withCheck } from "../base/schema/with-check.js";
import { z } from "../base/schema/zod.js";

const source = sentence.describe("Where the section's numbers come from.");
const technologyNm = positive.describe("Technology node that the numbers hold for.");

/** Parts of a section, none of them hundreds. */
const partsOf = <T extends z.ZodType>(part: T) => z.array(part).min(1).max(1000);

const pairOfShares = withCheck(z.array(share).length(2), ([first, second], refuse) => {
  if (Math.abs(first + second - 1) > 1e-9) refuse([], "has shares whose sum is not 1", "correct one of the two");
});

const crossbar = z.strictObject({
  source,
  technologyNm,
  readLatencyNs: positive.describe("Of the cells alone."),
  wireDelay: z
    .strictObject({ quadraticPsPerKilobyte2: fromZero, linearPsPerKilobyte: fromZero, constantPs: fromZero })
    .describe(
      "Added to the cells': quadratic·s² + linear·s + constant, s = the array's cells as kilobytes of 8-bit words.",
    ),
  cellAreaUm2: positive,
  driverAreaUm2PerRow: fromZero,
  cellResistanceOhm: partsOf(positive).describe("From the first to the last state of a cell."),
  resistanceShares: pairOfShares.describe("Weight the conductances of the first and the last state."),
  readVoltage: partsOf(fromZero).describe("From the lowest to the highest."),
  voltageShares: pairOfShares.describe("Weight the squares of the lowest and the highest read voltage."),
});

/** Converters' figures may be rounded in a data sheet, energy = power × time holds this closely. */
const contradictionTolerance = 0.01;

const converter = withCheck(
  z.strictObject({
    id: nameText.describe("By which a hardware file names it."),
    bits: whole(1, 32),
    latencyNs: positive.describe("Of one conversion."),
    powerWatt: positive.optional(),
    energyPerConversionPj: positive.optional().describe("Instead of the power, or with it where both agree."),
    areaUm2: fromZero,
  }),
  ({ powerWatt, energyPerConversionPj, latencyNs }, refuse) => {
    if (energyPerConversionPj === undefined) {
      if (powerWatt === undefined) refuse(["powerWatt"], "is missing", "give powerWatt, or energyPerConversionPj");
      return;
    }
    const fromEnergy = powerOf(energyPerConversionPj, latencyNs);
    if (powerWatt === undefined || Math.abs(powerWatt - fromEnergy) <= contradictionTolerance * fromEnergy) return;
    const message = `is ${powerWatt}, but energyPerConversionPj / latencyNs is ${fromEnergy}`;
    refuse(["powerWatt"], message, "leave one of them out");
  },
).transform(({ energyPerConversionPj = 0, powerWatt, ...rest }) => ({
  ...rest,
  powerWatt: powerWatt ?? powerOf(energyPerConversionPj, rest.latencyNs),
}));

/** In watt: pJ / ns = mW. */
function powerOf(energyPerConversionPj: number, latencyNs: number): number {
  return energyPerConversionPj / latencyNs / 1000;
}

const converters = z.strictObject({
  source,
  technologyNm,
  parts: withCheck(partsOf(converter), (parts, refuse) => {
    const ids = parts.map(({ id }) => id);
    const double = ids.findIndex((id, place) => ids.indexOf(id) !== place);
    if (double >= 0) refuse([double, "id"], `is "${ids[double]}" again`, "give each id once");
  }),
});

const digital = { source, technologyNm, powerWatt: positive, areaUm2: fromZero };

const multiplexers = z.strictObject({
  source,
  technologyNm,
  powerWattPerTransistor: positive,
  areaUm2PerTransistor: positive,
  demuxStageNs: fromZero,
  muxStageNs: fromZero,
  parts: withCheck(partsOf(z.strictObject({ upToWays: count, transistors: count })), (parts, refuse) => {
    const place = parts.findIndex(({ upToWays }, index) => index > 0 && upToWays <= parts[index - 1].upToWays);
    if (place >= 0) refuse([place, "upToWays"], `is ${parts[place].upToWays}, no more than before`, "let them grow");
  }).describe("More ways than the last part has take the last."),
});

const adders = z.strictObject({
  source,
  bits: count,
  parts: partsOf(z.strictObject({ technologyNm, powerWattPerBit: positive, areaUm2PerBit: positive })),
});

const jointModules = z
  .strictObject({
    source,
    technologyNm,
    parts: partsOf(z.strictObject({ bits: count, powerWatt: positive, areaUm2: positive })),
  })
  .describe("Shift and add of the sums of the processing elements.");

const pooling = z.strictObject({
  ...digital,
  latencyNs: positive.describe("For one window of at most `window` values in each of at most `units` channels."),
  units: count,
  window: count,
});

const sram = z.strictObject({
  source,
  cycleNs: positive,
  parts: partsOf(
    z.strictObject({
      technologyNm,
      wordBits: count,
      upToKilobytes: positive,
      readEnergyNj: positive.describe("Of one word."),
      writeEnergyNj: positive.describe("Of one word."),
      leakageMilliwatt: fromZero,
      areaMm2: positive,
    }),
  ),
});

/** The sections of a components file; every one names its source and the technology node that its numbers hold for. */
export const componentSections = {
  crossbar,
  dacs: converters,
  adcs: converters,
  register: z.strictObject(digital),
  shiftRegister: z.strictObject(digital),
  adders,
  jointModules,
  multiplexers,
  pooling,
  elementwiseSum: z.strictObject({ source, technologyNm, latencyNs: positive }),
  sram,
};

const sectionNames = Object.keys(componentSections) as (keyof typeof componentSections)[];

const componentsFile = withCheck(
  z.strictObject({
    format: z.literal("nas4cim-cost-components"),
    version: z.literal(1),
    name: nameText,
    extends: path
      .optional()
      .describe(
        "Components whose sections hold where this file gives none: a shipped file's name, or a path from this file.",
      ),
    source: sentence,
    ...z.strictObject(componentSections).partial().shape,
  }),
  (file, refuse) => {
    if (file.extends !== undefined) return;
    for (const key of sectionNames.filter((name) => file[name] === undefined))
      refuse([key], "is missing", `add the section, or "extends": "mnsim-2.0"`);
  },
);

/** A components file as it stands, without what it extends. */
export type ComponentsFile = z.output<typeof componentsFile>;

export const componentsFormat: JsonFormat<ComponentsFile> = {
  name: "components file",
  schema: componentsFile,
  codes: everyFault("NAS_COST_COMPONENTS"),
  hints: {
    unreadable: "give mnsim-2.0, physical, or the path of a file as docs/formats/components.md describes it",
    invalid: "correct them; docs/formats/components.md lists every key",
  },
};
