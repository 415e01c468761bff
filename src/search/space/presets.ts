import { NasError } from "../../base/errors.js";
import { nearestName } from "../../base/nearest.js";
import { defineSpace, type SearchSpace } from "./space.js";

/*
 * The search spaces of NAS4CIM (doi 10.11999/JEIT250978), as its tables of parameters and operations decode. The paper names
 * operators, kernels and channels; where layers stand, what a standard convolution is and which channels are searched follow
 * from the counts (docs/search-space.md).
 */

const residualStages = [
  { channels: 16, stride: 1 },
  { channels: 32, stride: 2 },
  { channels: 64, stride: 2 },
] as const;

/** What both readings of the CIFAR-10 space share: its teacher's stem, stages and classes. */
const cifar10 = {
  input: { height: 32, width: 32, channels: 3 },
  classes: 10,
  stem: { channels: 16, kernel: 3, stride: 1 },
  stages: residualStages,
  layersPerStage: 3,
  kernels: [1, 3],
  innerChannels: [],
} as const;

const imagenet = {
  input: { height: 224, width: 224, channels: 3 },
  classes: 1000,
  stem: { channels: 64, kernel: 7, stride: 2, maxPool: { kernel: 3, stride: 2 } },
  stages: [
    { channels: 64, stride: 1 },
    { channels: 128, stride: 2 },
    { channels: 256, stride: 2 },
    { channels: 512, stride: 2 },
  ],
  layersPerStage: 2,
  shortcut: "parameter-free",
} as const;

const spaces = [
  {
    name: "fashion-mnist",
    title: "NAS4CIM on Fashion-MNIST: three searched layers are the whole network",
    // 28×28 padded to 32×32, the one channel repeated.
    input: { height: 32, width: 32, channels: 3 },
    classes: 10,
    stem: null,
    stages: residualStages,
    layersPerStage: 1,
    operations: { c: "standard-conv", r: "residual-block" },
    kernels: [3, 5],
    innerChannels: [16, 32, 64],
    shortcut: "projection",
  },
  {
    name: "cifar-10-a",
    title: "NAS4CIM on CIFAR-10, reading A: one convolution, or a block with a parameter-free shortcut",
    ...cifar10,
    operations: { c: "standard-conv", b: "residual-block" },
    shortcut: "parameter-free",
  },
  {
    name: "cifar-10-b",
    title: "NAS4CIM on CIFAR-10, reading B: a pair of convolutions, or a block with a 1×1 projection",
    ...cifar10,
    operations: { p: "conv-pair", r: "residual-block" },
    shortcut: "projection",
  },
  {
    name: "imagenet",
    title: "NAS4CIM on ImageNet: the channels inside the blocks are searched",
    ...imagenet,
    operations: { b: "residual-block", t: "bottleneck" },
    kernels: [1, 3, 5],
    innerChannels: [16, 32, 48, 64, 80, 96],
  },
  {
    name: "resnet",
    title: "ResNet-18 for ImageNet and what is like it: basic blocks as wide as their stage",
    ...imagenet,
    operations: { b: "residual-block" },
    kernels: [1, 3, 5],
    innerChannels: [],
  },
] as const satisfies readonly SearchSpace[];

/** The name of a space that comes with nas4cim. */
export type SpaceName = (typeof spaces)[number]["name"];

/** The spaces that come with nas4cim, by name. */
export const searchSpaces = Object.fromEntries(spaces.map((space) => [space.name, defineSpace(space)])) as Readonly<
  Record<SpaceName, SearchSpace>
>;

/** A space by its name. @throws NAS_SEARCH_SPACE naming the nearest */
export function searchSpace(name: string): SearchSpace {
  if (Object.hasOwn(searchSpaces, name)) return searchSpaces[name as SpaceName];
  const nearest = nearestName(name, Object.keys(searchSpaces));
  throw new NasError("NAS_SEARCH_SPACE", `there is no search space "${name}"`, {
    hint: nearest ? `did you mean "${nearest}"?` : `known: ${Object.keys(searchSpaces).join(", ")}`,
    context: { space: name, known: Object.keys(searchSpaces) },
  });
}
