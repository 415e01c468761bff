import { count, nameText, sentence, whole } from "../../base/schema/fields.js";
import { everyFault, type JsonFormat } from "../../base/schema/json-format.js";
import { z } from "../../base/schema/zod.js";
import { channels, features, kernel, mapSide, stride } from "../../network/layer-limits.js";
import { operations, type OperationName } from "./operations.js";

const odd = kernel.refine((value) => value % 2 === 1, "needs to be odd: odd kernels alone can keep a map's size");

const window = { kernel: odd.describe("Side of the square kernel, odd."), stride: stride.describe("Stride.") };

const stem = z.strictObject({
  channels: channels.describe("Channels that leave it."),
  ...window,
  maxPool: z.strictObject({ kernel, stride }).optional().describe("Max pooling behind the stem's convolution."),
});

const stage = z.strictObject({
  channels: channels.describe("Channels that leave every layer of the stage."),
  stride: stride.describe("Stride of the stage's first layer."),
});

const operationNames = Object.keys(operations) as [OperationName, ...OperationName[]];

/** A user's own search space: the members of SearchSpace. */
const spaceSchema = z
  .strictObject({
    format: z.literal("nas4cim-search-space").describe("What this file is."),
    version: z.literal(1).describe("Version of the format."),
    name: nameText.regex(/^[a-z0-9][a-z0-9-]*$/, "small letters, digits and dashes").describe("Name of the space."),
    title: sentence.describe("One line for a person."),
    input: z
      .strictObject({ height: mapSide, width: mapSide, channels: whole(1, 64) })
      .describe("What enters the network, in pixels; square."),
    classes: features.min(2).describe("Outputs of the fully connected layer."),
    stem: stem
      .nullable()
      .describe("What stands before the stages and is not searched; null: the first stage takes the image."),
    stages: z.array(stage).min(1).max(32).describe("The stages, in order."),
    layersPerStage: count.max(16).describe("Layers a stage holds at most."),
    operations: z
      .record(z.string().regex(/^[a-ln-z]$/, 'a small letter other than "m"'), z.enum(operationNames))
      .describe('The letter of each operation in a genotype\'s text; "none" is always there and written "-".'),
    kernels: z.array(odd).min(1).max(16).describe("Sides of square kernels, odd, each once."),
    innerChannels: z
      .array(channels)
      .max(32)
      .default([])
      .describe("Channels inside a block, each once; empty: as many as the stage is wide."),
    shortcut: z
      .enum(["parameter-free", "projection"])
      .describe("How a block's input gets to the sum where the shape changes."),
  })
  .describe("A search space: stages with their widths and strides, and what a layer may hold.");

/** The format of a search space's file. */
export const spaceFormat: JsonFormat<z.infer<typeof spaceSchema>> = {
  name: "search space",
  schema: spaceSchema,
  codes: everyFault("NAS_SEARCH_SPACE"),
  hints: {
    unreadable: "correct the path; docs/search-space.md lists the spaces that come with nas4cim",
    invalid: "correct the file; docs/formats/search-space.md lists the keys",
  },
};
