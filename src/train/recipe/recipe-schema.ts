import { NasError, isNasError } from "../../base/errors.js";
import type {
  ConvNode,
  FcNode,
  InputDescription,
  MaxPoolNode,
  NetworkNode,
  ShortcutNode,
} from "../../network/network.js";
import { checkNetwork } from "../../network/check-network.js";
import type { Shape } from "../../network/shape.js";
import type { Distillation, StartNetwork, TaughtPhase, TrainPhase, TrainRecipe } from "./recipe.js";
import { noiseSettings } from "./check-noise.js";
import { type Check, fail, list, number, object, oneOf, type Place, text, whole } from "./recipe-checks.js";
import type { LearningRateSchedule } from "./schedule.js";

const oneInput: Check<[string]> = (value, place) => {
  const names = list(text)(value, place);
  return names.length === 1 ? [names[0]] : fail(place, `has ${names.length} entries`, "name exactly one node or input");
};

const twoInputs: Check<[string, string]> = (value, place) => {
  const names = list(text)(value, place);
  return names.length === 2
    ? [names[0], names[1]]
    : fail(place, `has ${names.length} entries`, "name exactly two nodes");
};

const weightStepPer = oneOf("layer", "channel");

const node: Check<NetworkNode> = (value, place) => {
  const op = (value as { op?: unknown } | null)?.op;
  switch (
    oneOf("conv", "add", "pool", "globalAveragePool", "shortcut", "fc")(op, { ...place, path: `${place.path}.op` })
  ) {
    case "conv":
      return object<ConvNode>(
        {
          id: text,
          op: oneOf("conv"),
          inputs: oneInput,
          kernel: whole(1, 31),
          stride: whole(1, 8),
          padding: whole(0, 15),
          inChannels: whole(1, 4096),
          outChannels: whole(1, 4096),
          weightBits: whole(2, 8),
          weightStepPer,
          activation: oneOf("relu", "none"),
          outputBits: whole(1, 8),
          batchNormEpsilon: number(0, 1, { aboveLow: true }),
        },
        ["weightStepPer", "activation"],
      )(value, place);
    case "add":
      return object({ id: text, op: oneOf("add"), inputs: twoInputs, outputBits: whole(1, 8) })(value, place);
    case "pool":
      return object<MaxPoolNode>({
        id: text,
        op: oneOf("pool"),
        inputs: oneInput,
        kind: oneOf("max"),
        kernel: whole(1, 31),
        stride: whole(1, 8),
        padding: whole(0, 15),
      })(value, place);
    case "shortcut":
      return object<ShortcutNode>({
        id: text,
        op: oneOf("shortcut"),
        inputs: oneInput,
        stride: whole(1, 8),
        outChannels: whole(1, 4096),
      })(value, place);
    case "globalAveragePool":
      return object({ id: text, op: oneOf("globalAveragePool"), inputs: oneInput, outputBits: whole(1, 8) })(
        value,
        place,
      );
    case "fc":
      return object<FcNode>(
        {
          id: text,
          op: oneOf("fc"),
          inputs: oneInput,
          inFeatures: whole(1, 65536),
          outFeatures: whole(1, 65536),
          weightBits: whole(2, 8),
          weightStepPer,
        },
        ["weightStepPer"],
      )(value, place);
  }
};

const phaseMembers = {
  epochs: whole(1, 10_000),
  learningRate: object<LearningRateSchedule>({
    peak: number(0, 10, { aboveLow: true }),
    warmUp: number(0, 0.99),
    shape: oneOf("cosine", "linear", "rex"),
  }),
  momentum: number(0, 0.999),
  weightDecay: number(0, 1),
  labelSmoothing: number(0, 0.99),
  flip: oneOf("alternating", "random", "none"),
  translate: whole(0, 16),
  averageDecay: number(0, 0.999999),
  noise: noiseSettings,
};

const taughtPhase = object<TaughtPhase>(
  {
    ...phaseMembers,
    distillation: object<Distillation>({
      weight: number(0, 1),
      temperature: number(0, 100, { aboveLow: true }),
      featureWeight: number(0, 1e6),
    }),
  },
  ["distillation", "noise"],
);

/** The keys of a recipe and what each may be; the graphs are checked by `checkGraph`. */
export const checkRecipe: Check<TrainRecipe> = object<TrainRecipe>(
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
      training: object<TrainPhase>(phaseMembers, ["noise"]),
    }),
    start: object<StartNetwork>({ folder: text, hash: text }),
    float: taughtPhase,
    quantized: taughtPhase,
  },
  ["teacher", "start", "float"],
);

/**
 * Every node must fit what feeds it, and the last one must be the classifier; gives the features that it reads.
 * @throws NAS_TRAIN_RECIPE
 */
export function checkGraph(place: Place, input: InputDescription, nodes: NetworkNode[]): number {
  const last = nodes.at(-1);
  if (last?.op !== "fc") return fail(place, "does not end with an fc node", "the last node gives the logits");
  shapesOf(place, input, nodes);
  return last.inFeatures;
}

function shapesOf(place: Place, input: InputDescription, nodes: NetworkNode[]): Map<string, Shape> {
  try {
    return checkNetwork({ input, nodes });
  } catch (error) {
    if (!isNasError(error)) throw error;
    throw new NasError("NAS_TRAIN_RECIPE", `${place.origin}: ${place.path}: ${error.message}`, {
      hint: "correct the recipe",
      context: { file: place.origin, key: place.path, ...error.context },
      cause: error,
    });
  }
}
