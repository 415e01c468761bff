import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf, NasError } from "../base/errors.js";
import { packageRoot } from "../base/paths.js";
import { JsonFields, type JsonOrigin } from "./json-fields.js";

/**
 * The numbers of the parts that an accelerator is built of, as a file of format "nas4cim-cost-components" gives them: every
 * section names its source and the technology node that its numbers hold for.
 */
export interface Components {
  name: string;
  source: string;
  crossbar: CrossbarComponent;
  dacs: ConverterComponent[];
  adcs: ConverterComponent[];
  register: DigitalComponent;
  shiftRegister: DigitalComponent;
  adders: { bits: number; parts: AdderComponent[] };
  jointModules: { technologyNm: number; parts: { bits: number; powerWatt: number; areaUm2: number }[] };
  multiplexers: MultiplexerComponent;
  pooling: PoolingComponent;
  elementwiseSum: { latencyNs: number };
  sram: { cycleNs: number; parts: SramComponent[] };
}

export interface CrossbarComponent {
  technologyNm: number;
  /** Of the cells alone; wireDelay adds quadratic·s² + linear·s + constant, s = the array's cells as kilobytes of 8-bit words. */
  readLatencyNs: number;
  wireDelay: { quadraticPsPerKilobyte2: number; linearPsPerKilobyte: number; constantPs: number };
  cellAreaUm2: number;
  driverAreaUm2PerRow: number;
  /** From the first to the last state; shares weight the conductances of the first and the last. */
  cellResistanceOhm: number[];
  resistanceShares: number[];
  /** From the lowest to the highest; shares weight their squares. */
  readVoltage: number[];
  voltageShares: number[];
}

/** One DAC or ADC: what one conversion takes. */
export interface ConverterComponent {
  id: string;
  bits: number;
  latencyNs: number;
  powerWatt: number;
  areaUm2: number;
}

export interface DigitalComponent {
  technologyNm: number;
  powerWatt: number;
  areaUm2: number;
}

export interface AdderComponent {
  technologyNm: number;
  powerWattPerBit: number;
  areaUm2PerBit: number;
}

export interface MultiplexerComponent {
  powerWattPerTransistor: number;
  areaUm2PerTransistor: number;
  demuxStageNs: number;
  muxStageNs: number;
  /** In growing order; more ways than the last part has take the last. */
  parts: { upToWays: number; transistors: number }[];
}

export interface PoolingComponent {
  technologyNm: number;
  /** For one window of at most `window` values in each of at most `units` channels. */
  latencyNs: number;
  units: number;
  window: number;
  powerWatt: number;
  areaUm2: number;
}

export interface SramComponent {
  technologyNm: number;
  wordBits: number;
  upToKilobytes: number;
  /** Of one word. */
  readEnergyNj: number;
  writeEnergyNj: number;
  leakageMilliwatt: number;
  areaMm2: number;
}

const positive = { above: 0 };
const natural = { atLeast: 1, whole: true };
const fromZero = { atLeast: 0 };

/** Converters' figures may be rounded in a data sheet, energy = power × time holds this closely. */
const contradictionTolerance = 0.01;

/**
 * Reads a components file by the name of a shipped one (fixtures/cost/components) or by its path. A file with "extends" gives
 * only the sections that it changes; DACs and ADCs are added to those of the file it extends, by id.
 * @throws NAS_COST_COMPONENTS where a number is missing, out of range or contradicts another, or a key is unknown
 */
export function readComponents(nameOrPath: string): Components {
  const shipped = join(packageRoot(), "fixtures", "cost", "components", `${nameOrPath}.json`);
  const path = existsSync(shipped) ? shipped : nameOrPath;
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new NasError("NAS_COST_COMPONENTS", `component numbers "${nameOrPath}" cannot be read: ${messageOf(error)}`, {
      hint: "give mnsim-2.0, physical, or the path of a file like fixtures/cost/components/mnsim-2.0.json",
      context: { path },
      cause: error,
    });
  }
  return parseComponents(raw, nameOrPath);
}

/** Reads the parsed content of a components file; `file` names it in errors. */
export function parseComponents(raw: unknown, file: string): Components {
  const origin: JsonOrigin = {
    file,
    code: "NAS_COST_COMPONENTS",
    hint: "correct the file; fixtures/cost/components/mnsim-2.0.json shows every number with its unit",
  };
  const fields = new JsonFields(origin, "", raw);
  fields.oneOf("format", ["nas4cim-cost-components"]);
  fields.oneOf("version", [1]);
  const base = fields.has("extends") ? readComponents(fields.text("extends")) : undefined;
  const section = <T>(key: keyof Components, read: (part: JsonFields) => T): T => {
    if (base !== undefined && !fields.has(key)) return base[key] as T;
    const part = fields.object(key);
    part.text("source");
    const value = read(part);
    part.end();
    return value;
  };
  const converters = (key: "dacs" | "adcs") =>
    section(key, (part) => {
      part.number("technologyNm", positive);
      const own = part.objects("parts").map(readConverter);
      const ids = own.map(({ id }) => id);
      const double = ids.find((id, place) => ids.indexOf(id) !== place);
      if (double !== undefined) throw part.wrong("parts", double, "each id once");
      return [...(base?.[key] ?? []).filter(({ id }) => !ids.includes(id)), ...own];
    });
  const components: Components = {
    name: fields.text("name"),
    source: fields.text("source"),
    crossbar: section("crossbar", readCrossbar),
    dacs: converters("dacs"),
    adcs: converters("adcs"),
    register: section("register", readDigital),
    shiftRegister: section("shiftRegister", readDigital),
    adders: section("adders", (part) => ({
      bits: part.number("bits", natural),
      parts: part.objects("parts").map((adder) =>
        closed(adder, {
          technologyNm: adder.number("technologyNm", positive),
          powerWattPerBit: adder.number("powerWattPerBit", positive),
          areaUm2PerBit: adder.number("areaUm2PerBit", positive),
        }),
      ),
    })),
    jointModules: section("jointModules", (part) => ({
      technologyNm: part.number("technologyNm", positive),
      parts: part.objects("parts").map((joint) =>
        closed(joint, {
          bits: joint.number("bits", natural),
          powerWatt: joint.number("powerWatt", positive),
          areaUm2: joint.number("areaUm2", positive),
        }),
      ),
    })),
    multiplexers: section("multiplexers", readMultiplexers),
    pooling: section("pooling", (part) => ({
      ...readDigital(part),
      latencyNs: part.number("latencyNs", positive),
      units: part.number("units", natural),
      window: part.number("window", natural),
    })),
    elementwiseSum: section("elementwiseSum", (part) => {
      part.number("technologyNm", positive);
      return { latencyNs: part.number("latencyNs", positive) };
    }),
    sram: section("sram", (part) => ({
      cycleNs: part.number("cycleNs", positive),
      parts: part.objects("parts").map(readSram),
    })),
  };
  fields.end();
  return components;
}

/** A DAC or ADC; its power may be given as energy per conversion, and where both are given they must agree. */
function readConverter(fields: JsonFields): ConverterComponent {
  const latencyNs = fields.number("latencyNs", positive);
  let powerWatt = fields.has("powerWatt") ? fields.number("powerWatt", positive) : undefined;
  if (fields.has("energyPerConversionPj")) {
    // pJ / ns = mW.
    const fromEnergy = fields.number("energyPerConversionPj", positive) / latencyNs / 1000;
    if (powerWatt !== undefined && Math.abs(powerWatt - fromEnergy) > contradictionTolerance * fromEnergy) {
      throw fields.wrong(
        "powerWatt",
        powerWatt,
        `${fromEnergy}, which energyPerConversionPj / latencyNs gives; leave one of them out`,
      );
    }
    powerWatt ??= fromEnergy;
  }
  return closed(fields, {
    id: fields.text("id"),
    bits: fields.number("bits", { ...natural, atMost: 32 }),
    latencyNs,
    powerWatt: powerWatt ?? fields.number("powerWatt", positive),
    areaUm2: fields.number("areaUm2", fromZero),
  });
}

function readCrossbar(fields: JsonFields): CrossbarComponent {
  const wire = fields.object("wireDelay");
  const wireDelay = closed(wire, {
    quadraticPsPerKilobyte2: wire.number("quadraticPsPerKilobyte2", fromZero),
    linearPsPerKilobyte: wire.number("linearPsPerKilobyte", fromZero),
    constantPs: wire.number("constantPs", fromZero),
  });
  const share = { atLeast: 0, atMost: 1 };
  const pair = (key: string): number[] => {
    const shares = fields.numbers(key, share);
    if (shares.length !== 2 || Math.abs(shares[0] + shares[1] - 1) > 1e-9) {
      throw fields.wrong(key, shares, "two shares whose sum is 1");
    }
    return shares;
  };
  return {
    technologyNm: fields.number("technologyNm", positive),
    readLatencyNs: fields.number("readLatencyNs", positive),
    wireDelay,
    cellAreaUm2: fields.number("cellAreaUm2", positive),
    driverAreaUm2PerRow: fields.number("driverAreaUm2PerRow", fromZero),
    cellResistanceOhm: fields.numbers("cellResistanceOhm", positive),
    resistanceShares: pair("resistanceShares"),
    readVoltage: fields.numbers("readVoltage", fromZero),
    voltageShares: pair("voltageShares"),
  };
}

function readDigital(fields: JsonFields): DigitalComponent {
  return {
    technologyNm: fields.number("technologyNm", positive),
    powerWatt: fields.number("powerWatt", positive),
    areaUm2: fields.number("areaUm2", fromZero),
  };
}

function readMultiplexers(fields: JsonFields): MultiplexerComponent {
  fields.number("technologyNm", positive);
  const parts = fields.objects("parts").map((part) =>
    closed(part, {
      upToWays: part.number("upToWays", natural),
      transistors: part.number("transistors", natural),
    }),
  );
  if (parts.some(({ upToWays }, place) => place > 0 && upToWays <= parts[place - 1].upToWays)) {
    throw fields.wrong(
      "parts",
      parts.map(({ upToWays }) => upToWays),
      "upToWays in growing order",
    );
  }
  return {
    powerWattPerTransistor: fields.number("powerWattPerTransistor", positive),
    areaUm2PerTransistor: fields.number("areaUm2PerTransistor", positive),
    demuxStageNs: fields.number("demuxStageNs", fromZero),
    muxStageNs: fields.number("muxStageNs", fromZero),
    parts,
  };
}

function readSram(fields: JsonFields): SramComponent {
  return closed(fields, {
    technologyNm: fields.number("technologyNm", positive),
    wordBits: fields.number("wordBits", natural),
    upToKilobytes: fields.number("upToKilobytes", positive),
    readEnergyNj: fields.number("readEnergyNj", positive),
    writeEnergyNj: fields.number("writeEnergyNj", positive),
    leakageMilliwatt: fields.number("leakageMilliwatt", fromZero),
    areaMm2: fields.number("areaMm2", positive),
  });
}

function closed<T>(fields: JsonFields, value: T): T {
  fields.end();
  return value;
}
