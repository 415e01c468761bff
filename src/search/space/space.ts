import { NasError } from "../../base/errors.js";
import { operations, type OperationName } from "./operations.js";

/**
 * A search space as data: a chain of stages, each of up to `layersPerStage` layers, each layer one operation out of a set.
 * The first layer of a stage that is not "none" brings the map to the stage's stride and width; later ones keep both; a stage
 * of nothing but "none" does so without parameters, by subsampling and zero channels. After the stages come global average
 * pooling and one fully connected layer.
 */
export interface SearchSpace {
  name: string;
  /** One line for a person: whose space this is. */
  title: string;
  input: { height: number; width: number; channels: number };
  classes: number;
  /** What stands before the stages and is not searched; null: the first stage takes the image. */
  stem: SpaceStem | null;
  stages: readonly SpaceStage[];
  /** Layers a stage holds at most. */
  layersPerStage: number;
  /** The letter of each operation in a genotype's text, and with it the set of operations; "none" is written "-". */
  operations: Readonly<Record<string, OperationName>>;
  /** Sides of square kernels, odd. */
  kernels: readonly number[];
  /** Channels inside a residual block; empty: as many as the stage is wide. */
  innerChannels: readonly number[];
  /** How a block's input gets to the sum where the shape changes. */
  shortcut: "parameter-free" | "projection";
}

export interface SpaceStage {
  /** Channels that leave every layer of the stage. */
  channels: number;
  /** Of the stage's first layer. */
  stride: number;
}

/** A convolution, and max pooling where the space has it; paddings keep a map's size at stride 1. */
export interface SpaceStem {
  channels: number;
  kernel: number;
  stride: number;
  maxPool?: { kernel: number; stride: number };
}

/** Checks that a space makes sense and freezes it. @throws NAS_SEARCH_SPACE naming the first fault */
export function defineSpace(space: SearchSpace): SearchSpace {
  const counts: [where: string, values: readonly number[]][] = [
    ["input", Object.values(space.input)],
    ["classes", [space.classes]],
    ["layersPerStage", [space.layersPerStage]],
    ["stages", space.stages.flatMap(({ channels, stride }) => [channels, stride])],
    ["kernels", space.kernels],
    ["innerChannels", space.innerChannels],
  ];
  if (space.stem !== null) {
    const { channels, kernel, stride, maxPool } = space.stem;
    counts.push(["stem", [channels, kernel, stride, ...(maxPool ? [maxPool.kernel, maxPool.stride] : [])]]);
  }
  for (const [where, values] of counts) {
    const wrong = values.find((value) => !Number.isSafeInteger(value) || value < 1);
    if (wrong !== undefined) refuse(space, where, `has a ${wrong}`, "give whole numbers from 1");
  }
  for (const where of ["stages", "kernels"] as const) {
    if (space[where].length === 0) refuse(space, where, "is empty", "give at least one");
  }
  for (const where of ["kernels", "innerChannels"] as const) {
    if (new Set(space[where]).size < space[where].length) refuse(space, where, "names a value twice", "name it once");
  }
  const even = [...space.kernels, ...(space.stem ? [space.stem.kernel] : [])].find((kernel) => kernel % 2 === 0);
  if (even !== undefined)
    refuse(space, "kernels", `has a ${even}`, "give odd kernels: they alone can keep a map's size");
  const { height, width } = space.input;
  if (height !== width) refuse(space, "input", `is ${height}×${width}`, "give square images: pooling is square");
  checkOperations(space);
  return deepFreeze(structuredClone(space));
}

function checkOperations(space: SearchSpace): void {
  const entries = Object.entries(space.operations);
  if (entries.length === 0) refuse(space, "operations", "is empty", "give at least one");
  for (const [letter, name] of entries) {
    // "m" stands between a layer's kernel and its inner channels.
    if (!/^[a-ln-z]$/.test(letter))
      refuse(space, "operations", `has the letter "${letter}"`, 'use small letters other than "m"');
    if (!Object.hasOwn(operations, name) || (name as string) === "none")
      refuse(
        space,
        "operations",
        `names "${name}"`,
        `known: ${Object.keys(operations).join(", ")}; "none" is always there`,
      );
  }
  if (new Set(entries.map(([, name]) => name)).size < entries.length)
    refuse(space, "operations", "names an operation twice", "give each one letter");
  const narrow = space.stages.findIndex(({ channels }, index) => channels < widthBefore(space, index));
  if (narrow < 0) return;
  const { channels } = space.stages[narrow];
  refuse(
    space,
    "stages",
    `narrows from ${widthBefore(space, narrow)} to ${channels} channels in stage ${narrow + 1}, which an empty stage cannot`,
    "give stages that keep or widen what comes in",
  );
}

/** Channels that reach a stage. */
function widthBefore({ stages, stem, input }: SearchSpace, stage: number): number {
  return stage === 0 ? (stem?.channels ?? input.channels) : stages[stage - 1].channels;
}

function refuse(space: SearchSpace, where: string, why: string, hint: string): never {
  throw new NasError("NAS_SEARCH_SPACE", `search space "${space.name}": ${where} ${why}`, {
    hint,
    context: { space: space.name, where },
  });
}

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === "object") {
    for (const part of Object.values(value)) deepFreeze(part);
    Object.freeze(value);
  }
  return value;
}
