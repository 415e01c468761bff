import { gunzipSync } from "node:zlib";
import { messageOf, NasError } from "../base/errors.js";
import { count, nameText, whole } from "../base/schema/fields.js";
import { checkJson, everyFault, type JsonFormat, type Located, parseJsonBytes } from "../base/schema/json-format.js";
import { maxTextBytes, readBytes } from "../base/schema/read-bytes.js";
import { withCheck } from "../base/schema/with-check.js";
import { z } from "../base/schema/zod.js";
import type { CostLayer } from "./cost-layer.js";
import { goldenOverrides, type GoldenSettings, goldenSettings } from "./golden-settings.js";
import type { Schedule } from "./pixel-times.js";

/** A run that MNSIM 2.0 computed: what was asked, and the figures it gave, by the names of the file. */
export interface GoldenRun {
  /** "resnet20, isaac_ima, 9/9 bit, pipelined". */
  label: string;
  settings: GoldenSettings;
  layers: CostLayer[];
  schedule: Schedule;
  /** Figures by path below the run: "latency_ms", "layers[3].energy_nJ.ADC". */
  figures: ReadonlyMap<string, number>;
}

const bits = whole(1, 64);
const side = z.tuple([count, count]);

/** What the tool says of every layer; it says more, which the model does not ask for. */
const common = {
  Inputindex: z.array(z.int().max(-1)).min(1).max(1000),
  Inputbit: bits,
  Weightbit: bits,
  outputbit: bits,
};

const windowLayer = z.object({
  ...common,
  Inputsize: side,
  Outputsize: side,
  Inputchannel: count,
  Outputchannel: count,
  Kernelsize: count,
  Stride: count,
  Padding: z.int().min(0),
});

const layer = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("conv"), layer: windowLayer }),
  z.looseObject({ type: z.literal("pooling"), layer: windowLayer }),
  z.looseObject({ type: z.literal("element_sum"), layer: z.object(common) }),
  z.looseObject({ type: z.literal("fc"), layer: z.object({ ...common, Infeature: count, Outfeature: count }) }),
]);

type Layer = z.output<typeof layer>;

const goldenFile = withCheck(
  z.looseObject({
    sim_config_overrides: z.record(nameText, goldenOverrides),
    runs: z
      .array(
        z.looseObject({
          config: nameText,
          network: nameText,
          schedule: z.enum(["pipelined", "non_pipelined"]),
          act_bits: bits,
          weight_bits: bits,
          layers: z.array(layer).min(1),
        }),
      )
      .min(1),
  }),
  ({ sim_config_overrides: overrides, runs }, refuse) => {
    const known = Object.keys(overrides);
    runs.forEach(({ config }, place) => {
      if (known.includes(config)) return;
      const message = `is "${config}", which sim_config_overrides lacks`;
      refuse(["runs", place, "config"], message, `give one of ${known.join(", ")}`);
    });
  },
);

type GoldenFile = z.output<typeof goldenFile>;

const hint = "export the runs again; fixtures/cost/golden/mnsim-2.0-ca39ccb.json.gz shows the format";

const goldenFormat: JsonFormat<GoldenFile> = {
  name: "golden file",
  schema: goldenFile,
  codes: everyFault("NAS_COST_GOLDEN"),
  hints: { unreadable: "give a file like fixtures/cost/golden/mnsim-2.0-ca39ccb.json.gz", invalid: hint },
};

/** Of figures, after decompression; that of the shipped file is 1 MB. */
const maxBytes = 16 * maxTextBytes;

/**
 * Reads a file of golden runs, JSON or JSON compressed by gzip; networks and settings are rebuilt from what it says of them.
 * @throws NAS_COST_GOLDEN where it cannot be read or breaks its format
 */
export function readGoldenFile(path: string): GoldenRun[] {
  return runsOf(parseJsonBytes(goldenFormat, readGoldenBytes(path), path));
}

function readGoldenBytes(path: string): Buffer {
  const read = readBytes(path, maxBytes);
  if (!("bytes" in read)) throw unreadable(path, read.why, read.cause);
  const { bytes } = read;
  const isCompressed = bytes.length > 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    return isCompressed ? gunzipSync(bytes, { maxOutputLength: maxBytes }) : bytes;
  } catch (error) {
    throw unreadable(path, messageOf(error), error);
  }
}

function unreadable(path: string, why: string, cause: unknown): NasError {
  const { codes, hints, name } = goldenFormat;
  const details = { hint: hints.unreadable, context: { file: path }, cause };
  return new NasError(codes.unreadable, `cannot read the ${name} ${path}: ${why}`, details);
}

/** Reads the parsed content of such a file; `file` names it in errors. */
export function parseGoldenFile(raw: unknown, file: string): GoldenRun[] {
  return runsOf(checkJson(goldenFormat, raw, file));
}

function runsOf({ value, fail }: Located<GoldenFile>): GoldenRun[] {
  const overrides = Object.entries(value.sim_config_overrides);
  const settings = new Map(overrides.map(([name, changes]) => [name, goldenSettings(name, changes)]));
  return value.runs.map((run, place) => {
    const { config, network, schedule, act_bits: actBits, weight_bits: weightBits } = run;
    const refuse = (layerPlace: number, what: string) =>
      fail(["runs", place, "layers", layerPlace, "layer", "Inputindex"], `layer ${layerPlace} ${what}`, { hint });
    return {
      label: `${network}, ${config}, ${actBits}/${weightBits} bit, ${schedule}`,
      settings: settings.get(config)!,
      layers: readLayers(run.layers, refuse),
      schedule: schedule === "pipelined" ? "pipelined" : "sequential",
      figures: figuresOf(run),
    };
  });
}

function readLayers(list: readonly Layer[], refuse: (place: number, what: string) => never): CostLayer[] {
  const layers: CostLayer[] = [];
  list.forEach((entry, place) => {
    const { Inputindex: offsets, Inputbit: inputBits, Weightbit: weightBits, outputbit: outputBits } = entry.layer;
    const inputs = offsets.map((offset) => place + offset);
    if (inputs.some((input) => input < -1)) refuse(place, "reads a layer before the first");
    const source = inputs[0] < 0 ? undefined : layers[inputs[0]];
    if (entry.type === "element_sum" && source === undefined)
      refuse(place, "has no earlier layer to take its shape from");
    const shapes = shapesOf(entry, source);
    layers.push({ id: `${place} ${entry.type}`, inputs, inputBits, weightBits, outputBits, ...shapes });
  });
  return layers;
}

type Shapes = Omit<CostLayer, "id" | "inputs" | "inputBits" | "weightBits" | "outputBits">;

/** `source`: the layer that feeds it; a sum takes its shape from there, its own is not told. */
function shapesOf({ type, layer }: Layer, source: CostLayer | undefined): Shapes {
  const noWindow = { kernel: 1, stride: 1, padding: 0 };
  switch (type) {
    case "element_sum": {
      const { outHeight, outWidth, outChannels } = source!;
      const map = { inHeight: outHeight, inWidth: outWidth, inChannels: outChannels };
      return { op: "add", ...map, outHeight, outWidth, outChannels, ...noWindow };
    }
    case "fc": {
      const { Infeature: inChannels, Outfeature: outChannels } = layer;
      return { op: "fc", inHeight: 1, inWidth: 1, inChannels, outHeight: 1, outWidth: 1, outChannels, ...noWindow };
    }
    case "conv":
    case "pooling": {
      const [inHeight, inWidth] = layer.Inputsize;
      const [outHeight, outWidth] = layer.Outputsize;
      return {
        op: type === "conv" ? "conv" : "pool",
        inHeight,
        inWidth,
        inChannels: layer.Inputchannel,
        outHeight,
        outWidth,
        outChannels: layer.Outputchannel,
        kernel: layer.Kernelsize,
        stride: layer.Stride,
        padding: layer.Padding,
      };
    }
  }
}

/** Members that say what was asked, not what came of it. */
const questions = new Set(["config", "network", "schedule", "act_bits", "weight_bits", "index", "type", "layer"]);

/** Every number below a run that is an answer, by its path. */
function figuresOf(run: unknown): Map<string, number> {
  const figures = new Map<string, number>();
  const visit = (value: unknown, path: string): void => {
    if (typeof value === "number") figures.set(path, value);
    else if (Array.isArray(value)) value.forEach((item, place) => visit(item, `${path}[${place}]`));
    else if (typeof value === "object" && value !== null) {
      for (const [key, member] of Object.entries(value)) {
        if (!questions.has(key)) visit(member, path === "" ? key : `${path}.${key}`);
      }
    }
  };
  visit(run, "");
  return figures;
}
