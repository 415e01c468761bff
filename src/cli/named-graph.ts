import { existsSync, statSync } from "node:fs";
import { NasError } from "../base/errors.js";
import { nearestName } from "../base/nearest.js";
import { readGraph } from "../network/read-graph.js";
import { isKnownGraph, knownGraphs } from "../network/known-graphs.js";
import type { LayerGraph } from "../network/layer-graph.js";
import { readNetwork } from "../network/read-network.js";
import { decodeGenotype } from "../search/space/genotype-text.js";
import { loadSpace } from "../search/space/load-space.js";
import { isPublished, publishedGraph, publishedNetworks } from "../search/space/published.js";
import { toGraph } from "../search/space/to-graph.js";

/**
 * A network's graph by a name of the literature, by "space:genotype", from a graph file, or from a stored network's folder.
 * @throws NAS_NETWORK_NOT_FOUND where it is none of these; what the readers throw
 */
export function graphByName(network: string): LayerGraph {
  if (isKnownGraph(network)) return knownGraphs[network]();
  const named = namedGraph(network);
  if (named !== undefined) return named;
  if (!existsSync(network)) refuse(network);
  if (!statSync(network).isDirectory()) return readGraph(network);
  return readNetwork(network).description;
}

/** The graph of a network that the paper decodes to, or of "space:genotype"; undefined where the text is neither. */
export function namedGraph(network: string): LayerGraph | undefined {
  if (isPublished(network)) return publishedGraph(network);
  const [, spaceName, genotype] = /^([^[\]]+):(\s*\[.*)$/s.exec(network) ?? [];
  if (genotype === undefined) return undefined;
  const space = loadSpace(spaceName);
  return toGraph(space, decodeGenotype(space, genotype));
}

function refuse(network: string): never {
  const known = [...Object.keys(knownGraphs), ...Object.keys(publishedNetworks)];
  const nearest = nearestName(network, known);
  throw new NasError("NAS_NETWORK_NOT_FOUND", `there is neither a folder, a file nor a named network "${network}"`, {
    hint: nearest === undefined ? `named networks: ${known.join(", ")}` : `did you mean "${nearest}"?`,
    context: { network, known },
  });
}
