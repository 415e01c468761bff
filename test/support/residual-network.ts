import fc from "fast-check";
import type { AddNode, ConvNode, NetworkDescription, NetworkNode, WeightStepPer } from "../../src/network/network.js";
import type { StoredNetwork } from "../../src/network/read-network.js";
import { randomTensors, smallDescription } from "./small-network.js";

/** What makes one residual block. */
export interface BlockPlan {
  /** "identity" keeps channels and size; "projection" is a 1 × 1 convolution; "parameterFree" takes pixels and adds zeros. */
  shortcut: "identity" | "projection" | "parameterFree";
  /** Not of an identity, which keeps what comes in. A sum has the more of its two maps' channels. */
  channels: number;
  stride: number;
  /** Activation of the block's last convolution. */
  activation: "relu" | "none";
  /** Bits of what goes into the sum. */
  bits: number;
  /** Whether a projection stands before the block's own convolutions in the list of nodes. */
  isShortcutFirst: boolean;
}

/** What makes a residual network on images of `side` × `side` × 2. */
export interface ResidualPlan {
  side: number;
  channels: number;
  blocks: readonly BlockPlan[];
  weightStepPer?: WeightStepPer;
  /** 4 where absent. */
  classes?: number;
  /** Whether a shortcut of the image, max pooling behind the stem and a shortcut before the mean pass integers on. */
  passesOn?: boolean;
}

/** A stem, an identity block and a projection block of half the size, one step a channel: each node that there is. */
export const residualPlan: ResidualPlan = {
  side: 6,
  channels: 5,
  blocks: [
    { shortcut: "identity", channels: 5, stride: 1, activation: "none", bits: 5, isShortcutFirst: false },
    { shortcut: "projection", channels: 7, stride: 2, activation: "none", bits: 8, isShortcutFirst: false },
  ],
  weightStepPer: "channel",
};

/** Two blocks with parameter-free shortcuts: to half an odd size with three more channels, then to fewer channels. */
export const parameterFreePlan: ResidualPlan = {
  side: 7,
  channels: 4,
  blocks: [
    { shortcut: "parameterFree", channels: 7, stride: 2, activation: "none", bits: 5, isShortcutFirst: false },
    { shortcut: "parameterFree", channels: 5, stride: 1, activation: "relu", bits: 4, isShortcutFirst: false },
  ],
};

/** The same blocks between nodes that pass integers on. */
export const passingPlan: ResidualPlan = { ...residualPlan, side: 13, passesOn: true };

/** Any small residual network. */
export const anyResidualPlan: fc.Arbitrary<ResidualPlan> = fc.record({
  side: fc.integer({ min: 1, max: 7 }),
  channels: fc.integer({ min: 1, max: 6 }),
  blocks: fc.array(
    fc.record({
      shortcut: fc.constantFrom("identity" as const, "projection" as const, "parameterFree" as const),
      channels: fc.integer({ min: 1, max: 7 }),
      stride: fc.integer({ min: 1, max: 2 }),
      activation: fc.constantFrom("relu" as const, "none" as const),
      bits: fc.integer({ min: 2, max: 8 }),
      isShortcutFirst: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  weightStepPer: fc.constantFrom<(WeightStepPer | undefined)[]>("layer", "channel", undefined),
  passesOn: fc.boolean(),
});

export function residualDescription(plan: ResidualPlan = residualPlan): NetworkDescription {
  const nodes: NetworkNode[] = [];
  const per = plan.weightStepPer === undefined ? {} : { weightStepPer: plan.weightStepPer };
  const conv = (
    id: string,
    source: string,
    kernel: number,
    inChannels: number,
    change: Partial<ConvNode>,
  ): ConvNode => ({
    id,
    op: "conv",
    inputs: [source],
    kernel,
    stride: 1,
    padding: (kernel - 1) / 2,
    inChannels,
    outChannels: inChannels,
    weightBits: 4,
    ...per,
    outputBits: 4,
    batchNormEpsilon: 1e-5,
    ...change,
  });
  const passesOn = plan.passesOn === true;
  if (passesOn) {
    nodes.push(
      { id: "wide", op: "shortcut", inputs: ["input"], stride: 1, outChannels: 3 },
      conv("stem", "wide", 3, 3, { outChannels: plan.channels }),
      { id: "largest", op: "pool", kind: "max", inputs: ["stem"], kernel: 3, stride: 2, padding: 1 },
    );
  } else nodes.push(conv("stem", "input", 3, 2, { outChannels: plan.channels }));
  let [before, channels] = [passesOn ? "largest" : "stem", plan.channels];
  for (const [index, block] of plan.blocks.entries()) {
    const isIdentity = block.shortcut === "identity";
    const [outChannels, stride] = isIdentity ? [channels, 1] : [block.channels, block.stride];
    const [one, two, short, sum] = ["one", "two", "short", "sum"].map((part) => `b${index}.${part}`);
    const { activation, bits: outputBits } = block;
    const own = [
      conv(one, before, 3, channels, { outChannels, stride, weightBits: 3 }),
      conv(two, one, 3, outChannels, { activation, outputBits }),
    ];
    const projection = conv(short, before, 1, channels, { outChannels, stride, activation: "none", outputBits });
    const isProjection = block.shortcut === "projection";
    const add: AddNode = { id: sum, op: "add", inputs: [two, isProjection ? short : before], outputBits: 4 };
    if (!isProjection) nodes.push(...own, add);
    else nodes.push(...(block.isShortcutFirst ? [projection, ...own] : [...own, projection]), add);
    [before, channels] = [sum, isProjection ? outChannels : Math.max(channels, outChannels)];
  }
  if (passesOn) {
    channels += 3;
    nodes.push({ id: "late", op: "shortcut", inputs: [before], stride: 2, outChannels: channels });
    before = "late";
  }
  nodes.push(
    { id: "pool", op: "globalAveragePool", inputs: [before], outputBits: 6 },
    {
      id: "classes",
      op: "fc",
      inputs: ["pool"],
      inFeatures: channels,
      outFeatures: plan.classes ?? 4,
      weightBits: 4,
      ...per,
    },
  );
  return {
    ...smallDescription(),
    name: "residual",
    input: { height: plan.side, width: plan.side, channels: 2, bits: 8, step: 1 / 255 },
    nodes,
  };
}

/** A residual network as `readNetwork` gives it. */
export function residualNetwork(seed = 1, plan?: ResidualPlan): StoredNetwork {
  const description = residualDescription(plan);
  return { description, tensors: randomTensors(description, seed), hash: `residual ${seed}` };
}
