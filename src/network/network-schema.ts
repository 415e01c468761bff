import { count, fromZero, nameText, positive, seed, sentence } from "../base/schema/fields.js";
import type { JsonFormat } from "../base/schema/json-format.js";
import { withCheck } from "../base/schema/with-check.js";
import { z } from "../base/schema/zod.js";
import {
  activationBits,
  batchNormEpsilon,
  channels,
  features,
  kernel,
  mapSide,
  nodeId,
  nodeList,
  oneSource,
  padding,
  source,
  stride,
  weightBits,
} from "./layer-limits.js";
import type { NetworkDescription, NetworkNode } from "./network.js";

const weightStepPer = z
  .enum(["layer", "channel"])
  .optional()
  .describe("What one step size of the weights serves; the layer where left out.");

const conv = withCheck(
  z.strictObject({
    id: nodeId,
    op: z.literal("conv"),
    inputs: oneSource,
    kernel,
    stride,
    padding,
    inChannels: channels,
    outChannels: channels,
    weightBits,
    weightStepPer,
    activation: z
      .enum(["relu", "none"])
      .optional()
      .describe('"none": no ReLU, for a map that goes into an add; "relu" where left out.'),
    outputBits: activationBits.describe("Of what leaves the node: unsigned after ReLU, else signed, from 2."),
    batchNormEpsilon,
  }),
  ({ activation, outputBits }, refuse) => {
    if (activation !== "none" || outputBits >= 2) return;
    const hint = "one bit of a signed map would be the sign alone";
    refuse(["outputBits"], `is ${outputBits}, expected a whole number from 2 to 8`, hint);
  },
);

const add = z
  .strictObject({
    id: nodeId,
    op: z.literal("add"),
    inputs: z.tuple([source, source]),
    outputBits: activationBits.describe("Unsigned bits of the sum."),
  })
  .describe("The sum of two maps, with ReLU.");

const maxPool = z
  .strictObject({
    id: nodeId,
    op: z.literal("pool"),
    inputs: oneSource,
    kind: z.literal("max"),
    kernel,
    stride,
    padding,
  })
  .describe("The largest of each window; bits and step size as of its input.");

const shortcut = z
  .strictObject({ id: nodeId, op: z.literal("shortcut"), inputs: oneSource, stride, outChannels: channels })
  .describe("Every stride-th pixel, and zero channels; bits and step size as of its input.");

const globalAveragePool = z.strictObject({
  id: nodeId,
  op: z.literal("globalAveragePool"),
  inputs: oneSource,
  outputBits: activationBits.describe("Unsigned bits of the means."),
});

const fc = z.strictObject({
  id: nodeId,
  op: z.literal("fc"),
  inputs: oneSource,
  inFeatures: features,
  outFeatures: features.min(2),
  weightBits,
  weightStepPer,
});

const node: z.ZodType<NetworkNode> = z.discriminatedUnion("op", [conv, add, maxPool, shortcut, globalAveragePool, fc]);

/** The nodes of a network, whatever their maps' shapes: one classifier, at the end, and nothing that nobody reads. */
export const networkNodes = withCheck(
  nodeList(node).describe("In order: a node reads earlier ones; the last is the classifier."),
  (nodes, refuse) => {
    const last = nodes.length - 1;
    const isClassifier = ({ op }: NetworkNode) => op === "fc";
    if (!isClassifier(nodes[last]))
      refuse([last], `is the last node and a ${nodes[last].op}`, "end with an fc node, whose outputs are the logits");
    const early = nodes.slice(0, -1).findIndex(isClassifier);
    if (early >= 0)
      refuse([early], "is an fc before the end", "its outputs are logits, which no node can take: put it at the end");
    // A branch that leads nowhere is a wrong name in somebody's inputs.
    const read = new Set<string>(nodes.flatMap(({ inputs }) => inputs));
    const idle = nodes.slice(0, -1).findIndex(({ id }) => !read.has(id));
    if (idle >= 0)
      refuse([idle], `("${nodes[idle].id}") is read by no node`, "look at the inputs of the nodes after it");
  },
);

export const networkInput = z
  .strictObject({
    height: mapSide,
    width: mapSide,
    channels,
    bits: activationBits.describe("Unsigned bits of a pixel."),
    step: positive.describe("Real value of one pixel step, such as 1/255."),
  })
  .describe("How an image becomes the first map: zero padding, channel repetition, pixel × step.");

const digest = z.string().max(128);

const provenance = z
  .strictObject({
    summary: sentence.describe("One line for a person: what this is."),
    command: sentence.describe("The command that made the weights."),
    recipeHash: digest.describe("SHA-256 of the recipe."),
    seed,
    dataSha256: digest.describe("SHA-256 of the training images and labels."),
    dataCaveat: nameText.optional().describe("What those images are, where they are not the official ones."),
    versions: z.record(nameText, nameText).describe("Name and version of what took part."),
    trainedOn: nameText.describe("ISO date."),
    float: z
      .strictObject({ testSetFingerprint: digest, images: count, correct: fromZero.int() })
      .optional()
      .describe("What the network reached in float before quantization, on a whole test set."),
  })
  .describe("Where the weights come from.");

const networkFile: z.ZodType<NetworkDescription> = z.strictObject({
  format: z.literal("nas4cim-network"),
  version: z.literal(1),
  name: nameText,
  input: networkInput,
  nodes: networkNodes,
  provenance,
});

export const networkFormat: JsonFormat<NetworkDescription> = {
  name: "network.json",
  schema: networkFile,
  codes: {
    unreadable: "NAS_NETWORK_NOT_FOUND",
    notJson: "NAS_NETWORK_INVALID",
    unknownKey: "NAS_NETWORK_INVALID",
    invalid: "NAS_NETWORK_INVALID",
  },
  hints: {
    unreadable:
      "a network is a folder with network.json and weights.safetensors; check the path in the config or after --network",
    invalid: "correct them, or export the network again; docs/formats/network.md lists every key",
  },
};
