import { readFileSync } from "node:fs";
import { NasError, messageOf } from "../base/errors.js";
import { hashJson } from "../base/hash.js";
import { nearestName } from "../base/nearest.js";
import type { DatasetName } from "../data/labelled-images.js";
import type { InputDescription, NetworkNode } from "../network/network.js";
import type { Flip } from "./batches.js";
import { inputId } from "./input-id.js";
import type { LearningRateSchedule } from "./schedule.js";

/** How a network is trained, whole: the same recipe on the same data gives the same network. */
export interface TrainRecipe {
  format: "nas4cim-recipe";
  version: 1;
  /** One line for a person; it becomes the network's provenance summary. */
  summary: string;
  dataset: DatasetName;
  seed: number;
  batchSize: number;
  /** Training images kept back to judge by, the same number of each class; 0 trains on all of them. */
  heldOut: number;
  network: { name: string; input: InputDescription; nodes: NetworkNode[] };
  /** A larger network on the same input, trained first and in float, for the phases with a distillation to learn from. */
  teacher?: { nodes: NetworkNode[]; training: TrainPhase };
  /** The network first in float, then with LSQ from the float weights. */
  float: TaughtPhase;
  /** Without a teacher network, its distillation is from the float phase's result. */
  quantized: TaughtPhase;
}

/** A phase that a teacher can help. */
export type TaughtPhase = TrainPhase & { distillation?: Distillation };

/** One stretch of training with its own learning rate. */
export interface TrainPhase {
  epochs: number;
  learningRate: LearningRateSchedule;
  /** L2 penalty on convolution and fully connected weights. */
  weightDecay: number;
  labelSmoothing: number;
  flip: Flip;
  /** Share of the past that a step leaves in the moving average of the weights, which is the phase's result. */
  averageDecay: number;
}

/** How much a teacher's logits count beside the labels. */
export interface Distillation {
  /** Share of the teacher in the loss, 0 … 1. */
  weight: number;
  temperature: number;
}

/** The recipe's identity: SHA-256 of its canonical JSON. */
export function recipeHash(recipe: TrainRecipe): string {
  return hashJson(recipe);
}

/**
 * Reads and checks a recipe file.
 * @throws NAS_TRAIN_RECIPE where it is missing, no JSON, has an unknown or missing key or a value out of its range.
 */
export function readRecipe(path: string): TrainRecipe {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new NasError("NAS_TRAIN_RECIPE", `cannot read the recipe ${path}: ${messageOf(error)}`, {
      hint: "give a recipe file; the shipped ones are in fixtures/recipes",
      context: { file: path },
      cause: error,
    });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new NasError("NAS_TRAIN_RECIPE", `${path} is not JSON: ${messageOf(error)}`, {
      hint: "correct the file at the place named",
      context: { file: path },
      cause: error,
    });
  }
  return parseRecipe(json, path);
}

/** Checks a recipe that was read from JSON; `origin` names it in errors. */
export function parseRecipe(json: unknown, origin: string): TrainRecipe {
  const recipe = checkRecipe(json, { origin, path: "" });
  checkGraph({ origin, path: "network.nodes" }, recipe.network.input, recipe.network.nodes);
  if (recipe.teacher) checkGraph({ origin, path: "teacher.nodes" }, recipe.network.input, recipe.teacher.nodes);
  if (recipe.float.distillation && !recipe.teacher) {
    fail({ origin, path: "float.distillation" }, "has nobody to learn from", "add a teacher or take it away");
  }
  return recipe;
}

/** Where in which file a value stands. */
interface Place {
  origin: string;
  path: string;
}

/** Checks one value and gives it typed. */
type Check<T> = (value: unknown, place: Place) => T;

function fail(place: Place, what: string, hint: string, context: Record<string, unknown> = {}): never {
  const where = place.path === "" ? place.origin : `${place.origin}: ${place.path}`;
  throw new NasError("NAS_TRAIN_RECIPE", `${where} ${what}`, {
    hint,
    context: { file: place.origin, key: place.path, ...context },
  });
}

function object<T extends object>(
  members: { [K in keyof T]-?: Check<T[K]> },
  optional: readonly (keyof T)[] = [],
): Check<T> {
  return (value, place) => {
    if (value === null || typeof value !== "object" || Array.isArray(value)) {
      return fail(place, `is ${JSON.stringify(value)}, not an object`, "write an object in braces");
    }
    const known = Object.keys(members);
    const at = (key: string): Place => ({ ...place, path: place.path === "" ? key : `${place.path}.${key}` });
    for (const key of Object.keys(value)) {
      if (known.includes(key)) continue;
      const near = nearestName(key, known);
      const hint = near ? `did you mean "${near}"?` : `known keys are ${known.join(", ")}`;
      fail(at(key), "is no key of a recipe", hint, { known });
    }
    const given = value as Record<string, unknown>;
    const checked: Record<string, unknown> = {};
    for (const key of known) {
      if (!Object.hasOwn(given, key)) {
        if (optional.includes(key as keyof T)) continue;
        fail(at(key), "is missing", "add it; a recipe has no hidden defaults");
      }
      checked[key] = (members as Record<string, Check<unknown>>)[key](given[key], at(key));
    }
    return checked as T;
  };
}

function list<T>(element: Check<T>): Check<T[]> {
  return (value, place) => {
    if (!Array.isArray(value))
      return fail(place, `is ${JSON.stringify(value)}, not a list`, "write a list in brackets");
    return value.map((member, index) => element(member, { ...place, path: `${place.path}[${index}]` }));
  };
}

function number(low: number, high: number, options: { integer?: boolean; aboveLow?: boolean } = {}): Check<number> {
  return (value, place) => {
    const fits =
      typeof value === "number" &&
      (options.aboveLow ? value > low : value >= low) &&
      value <= high &&
      (!options.integer || Number.isInteger(value));
    if (fits) return value;
    const kind = options.integer ? "a whole number" : "a number";
    const from = options.aboveLow ? `above ${low}` : `from ${low}`;
    return fail(place, `is ${JSON.stringify(value)}`, `give ${kind} ${from} to ${high}`, { value, low, high });
  };
}

const whole = (low: number, high: number) => number(low, high, { integer: true });

function oneOf<const T extends string | number>(...choices: T[]): Check<T> {
  return (value, place) => {
    if (choices.includes(value as T)) return value as T;
    const near = typeof value === "string" ? nearestName(value, choices.map(String)) : undefined;
    const hint = near ? `did you mean "${near}"?` : `give one of ${choices.join(", ")}`;
    return fail(place, `is ${JSON.stringify(value)}`, hint, { value, choices });
  };
}

const text: Check<string> = (value, place) =>
  typeof value === "string" && value !== "" ? value : fail(place, `is ${JSON.stringify(value)}`, "give a text");

const oneInput: Check<[string]> = (value, place) => {
  const names = list(text)(value, place);
  return names.length === 1 ? [names[0]] : fail(place, `has ${names.length} entries`, "name exactly one node or input");
};

const node: Check<NetworkNode> = (value, place) => {
  const op = (value as { op?: unknown } | null)?.op;
  switch (oneOf("conv", "globalAveragePool", "fc")(op, { ...place, path: `${place.path}.op` })) {
    case "conv":
      return object({
        id: text,
        op: oneOf("conv"),
        inputs: oneInput,
        kernel: whole(1, 31),
        stride: whole(1, 8),
        padding: whole(0, 15),
        inChannels: whole(1, 4096),
        outChannels: whole(1, 4096),
        weightBits: whole(2, 8),
        outputBits: whole(1, 8),
        batchNormEpsilon: number(0, 1, { aboveLow: true }),
      })(value, place);
    case "globalAveragePool":
      return object({ id: text, op: oneOf("globalAveragePool"), inputs: oneInput, outputBits: whole(1, 8) })(
        value,
        place,
      );
    case "fc":
      return object({
        id: text,
        op: oneOf("fc"),
        inputs: oneInput,
        inFeatures: whole(1, 65536),
        outFeatures: whole(1, 65536),
        weightBits: whole(2, 8),
      })(value, place);
  }
};

const phaseMembers = {
  epochs: whole(1, 10_000),
  learningRate: object<LearningRateSchedule>({
    peak: number(0, 10, { aboveLow: true }),
    warmUp: number(0, 0.99),
    shape: oneOf("cosine", "linear"),
  }),
  weightDecay: number(0, 1),
  labelSmoothing: number(0, 0.99),
  flip: oneOf("alternating", "random", "none"),
  averageDecay: number(0, 0.999999),
};

const taughtPhase = object<TaughtPhase>(
  {
    ...phaseMembers,
    distillation: object<Distillation>({ weight: number(0, 1), temperature: number(0, 100, { aboveLow: true }) }),
  },
  ["distillation"],
);

const checkRecipe: Check<TrainRecipe> = object<TrainRecipe>(
  {
    format: oneOf("nas4cim-recipe"),
    version: oneOf(1),
    summary: text,
    dataset: oneOf("fashion-mnist", "cifar-10"),
    seed: whole(0, 2 ** 32 - 1),
    batchSize: whole(1, 65536),
    heldOut: whole(0, 1_000_000),
    network: object<TrainRecipe["network"]>({
      name: text,
      input: object<InputDescription>({
        height: whole(1, 4096),
        width: whole(1, 4096),
        channels: whole(1, 4096),
        bits: whole(1, 8),
        step: number(0, 1, { aboveLow: true }),
      }),
      nodes: list(node),
    }),
    teacher: object<NonNullable<TrainRecipe["teacher"]>>({
      nodes: list(node),
      training: object<TrainPhase>(phaseMembers),
    }),
    float: taughtPhase,
    quantized: taughtPhase,
  },
  ["teacher"],
);

/** Shapes along the graph: every node's input exists before it and has the channels that the node wants. */
function checkGraph({ origin, path }: Place, input: InputDescription, nodes: readonly NetworkNode[]): void {
  const { height, width, channels } = input;
  const shapes = new Map([[inputId, { height, width, channels }]]);
  nodes.forEach((current, index) => {
    const place = { origin, path: `${path}[${index}]` };
    const source = shapes.get(current.inputs[0]);
    if (!source) {
      const near = nearestName(current.inputs[0], shapes.keys());
      const hint = near ? `did you mean "${near}"?` : `before it stand ${[...shapes.keys()].join(", ")}`;
      return fail(place, `takes "${current.inputs[0]}", which is no node before it`, hint);
    }
    if (shapes.has(current.id))
      return fail(place, `has the id "${current.id}", which is taken`, "give every node its own id");
    if (current.op === "conv") {
      const side = (size: number) => Math.floor((size + 2 * current.padding - current.kernel) / current.stride) + 1;
      if (current.inChannels !== source.channels) wrongWidth(place, "inChannels", current.inChannels, source.channels);
      const output = { height: side(source.height), width: side(source.width), channels: current.outChannels };
      if (output.height < 1 || output.width < 1) fail(place, "has a kernel larger than its padded input", "pad more");
      shapes.set(current.id, output);
    } else if (current.op === "globalAveragePool") {
      shapes.set(current.id, { height: 1, width: 1, channels: source.channels });
    } else {
      const features = source.height * source.width * source.channels;
      if (current.inFeatures !== features) wrongWidth(place, "inFeatures", current.inFeatures, features);
      shapes.set(current.id, { height: 1, width: 1, channels: current.outFeatures });
    }
  });
  if (nodes.at(-1)?.op !== "fc") {
    fail({ origin, path }, "does not end with an fc node", "the last node gives the logits");
  }
}

function wrongWidth(place: Place, key: string, found: number, wanted: number): never {
  return fail(place, `has ${key} ${found}, its input gives ${wanted}`, `set ${key} to ${wanted}`, { found, wanted });
}
