import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { messageOf, NasError } from "../base/errors.js";
import type { CostLayer } from "./cost-layer.js";
import { type GoldenSettings, readGoldenSettings } from "./golden-settings.js";
import { JsonFields } from "./json-fields.js";
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

/**
 * Reads a file of golden runs, JSON or JSON compressed by gzip; networks and settings are rebuilt from what it says of them.
 * @throws NAS_COST_GOLDEN where it cannot be read or breaks its format
 */
export function readGoldenFile(path: string): GoldenRun[] {
  let raw: unknown;
  try {
    const bytes = readFileSync(path);
    const isCompressed = bytes.length > 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
    raw = JSON.parse((isCompressed ? gunzipSync(bytes) : bytes).toString("utf8"));
  } catch (error) {
    throw new NasError("NAS_COST_GOLDEN", `${path} cannot be read as JSON: ${messageOf(error)}`, {
      hint: "give a file like fixtures/cost/golden/mnsim-2.0-ca39ccb.json.gz",
      context: { path },
      cause: error,
    });
  }
  return parseGoldenFile(raw, path);
}

export function parseGoldenFile(raw: unknown, file: string): GoldenRun[] {
  const hint = "export the runs again; fixtures/cost/golden/mnsim-2.0-ca39ccb.json.gz shows the format";
  const top = new JsonFields({ file, code: "NAS_COST_GOLDEN", hint }, "", raw);
  const overrides = top.object("sim_config_overrides");
  const rawOverrides = (raw as { sim_config_overrides: Record<string, Record<string, unknown>> }).sim_config_overrides;
  const configs = Object.keys(rawOverrides);
  const settings = new Map(
    configs.map((name) => [name, readGoldenSettings(name, overrides.object(name), rawOverrides[name])]),
  );
  const rawRuns = (raw as { runs: unknown[] }).runs;
  return top.objects("runs").map((run, place) => {
    const config = run.oneOf("config", configs);
    const schedule = run.oneOf("schedule", ["pipelined", "non_pipelined"]);
    const [actBits, weightBits] = [run.number("act_bits"), run.number("weight_bits")];
    return {
      label: `${run.text("network")}, ${config}, ${actBits}/${weightBits} bit, ${schedule}`,
      settings: settings.get(config)!,
      layers: readLayers(run.objects("layers")),
      schedule: schedule === "pipelined" ? "pipelined" : "sequential",
      figures: figuresOf(rawRuns[place]),
    };
  });
}

const positive = { atLeast: 1, whole: true };

function readLayers(list: readonly JsonFields[]): CostLayer[] {
  const layers: CostLayer[] = [];
  list.forEach((fields, place) => {
    const type = fields.oneOf("type", ["conv", "pooling", "element_sum", "fc"]);
    const layer = fields.object("layer");
    const inputs = layer.numbers("Inputindex", { atMost: -1, whole: true }).map((offset) => place + offset);
    if (inputs.some((input) => input < -1)) throw layer.wrong("Inputindex", inputs, "offsets to earlier layers");
    const common = {
      id: `${place} ${type}`,
      inputs,
      inputBits: layer.number("Inputbit", positive),
      weightBits: layer.number("Weightbit", positive),
      outputBits: layer.number("outputbit", positive),
    };
    layers.push({ ...common, ...shapesOf(type, layer, inputs[0] < 0 ? undefined : layers[inputs[0]]) });
  });
  return layers;
}

type Shapes = Omit<CostLayer, "id" | "inputs" | "inputBits" | "weightBits" | "outputBits">;

/** `source`: the layer that feeds it; a sum takes its shape from there, its own is not told. */
function shapesOf(type: string, layer: JsonFields, source: CostLayer | undefined): Shapes {
  const noWindow = { kernel: 1, stride: 1, padding: 0 };
  switch (type) {
    case "element_sum": {
      if (source === undefined) throw layer.wrong("Inputindex", -1, "an earlier layer: a sum has no shape of its own");
      const { outHeight, outWidth, outChannels } = source;
      const map = { inHeight: outHeight, inWidth: outWidth, inChannels: outChannels };
      return { op: "add", ...map, outHeight, outWidth, outChannels, ...noWindow };
    }
    case "fc":
      return {
        op: "fc",
        inHeight: 1,
        inWidth: 1,
        inChannels: layer.number("Infeature", positive),
        outHeight: 1,
        outWidth: 1,
        outChannels: layer.number("Outfeature", positive),
        ...noWindow,
      };
    default: {
      const [inHeight, inWidth] = layer.numbers("Inputsize", positive);
      const [outHeight, outWidth] = layer.numbers("Outputsize", positive);
      return {
        op: type === "conv" ? "conv" : "pool",
        inHeight,
        inWidth,
        inChannels: layer.number("Inputchannel", positive),
        outHeight,
        outWidth,
        outChannels: layer.number("Outputchannel", positive),
        kernel: layer.number("Kernelsize", positive),
        stride: layer.number("Stride", positive),
        padding: layer.number("Padding", { atLeast: 0, whole: true }),
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
