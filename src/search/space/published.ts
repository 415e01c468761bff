import type { LayerGraph } from "../../network/layer-graph.js";
import { decodeGenotype } from "./genotype-text.js";
import { searchSpaces, type SpaceName } from "./presets.js";
import { toGraph } from "./to-graph.js";

/** A network of NAS4CIM's tables: what its counts decode to. */
interface PublishedNetwork {
  space: SpaceName;
  genotype: string;
}

/**
 * The networks of NAS4CIM's result tables (doi 10.11999/JEIT250978) by name. The paper prints counts, not networks: these
 * are what the counts decode to, one of them where several do (docs/search-space.md).
 */
export const publishedNetworks = {
  "fashion-mnist-teacher": { space: "cifar-10-b", genotype: "[r3 r3 r3][r3 r3 r3][r3 r3 r3]" },
  "fashion-mnist-accuracy-first": { space: "fashion-mnist", genotype: "[c5][c5][c5]" },
  "fashion-mnist-edp-first": { space: "fashion-mnist", genotype: "[c3][c5][c5]" },
  "cifar-10-accuracy-first": { space: "cifar-10-a", genotype: "[b3 b3 b3][b3 b3 b3][b3 b3 b3]" },
  "cifar-10-edp-first": { space: "cifar-10-a", genotype: "[b3][c3][b3]" },
  "cifar-10-balanced": { space: "cifar-10-a", genotype: "[b3 b1 b3][b3 b3][b3 c3]" },
  "imagenet-teacher": { space: "resnet", genotype: "[b3 b3][b3 b3][b3 b3][b3 b3]" },
  "imagenet-edp-first": {
    space: "imagenet",
    genotype: "[b1m48 b1m48][b5m48 b5m48][b5m80 b5m80][b3m48 b3m48]",
  },
} as const satisfies Record<string, PublishedNetwork>;

export type PublishedName = keyof typeof publishedNetworks;

/** Whether a name is one of them. */
export function isPublished(name: string): name is PublishedName {
  return Object.hasOwn(publishedNetworks, name);
}

/** Such a network as a graph that carries its name. */
export function publishedGraph(name: PublishedName): LayerGraph {
  const { space, genotype } = publishedNetworks[name];
  return { ...toGraph(searchSpaces[space], decodeGenotype(searchSpaces[space], genotype)), name };
}
